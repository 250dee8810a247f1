# Help of every command.
# SPDX-License-Identifier: Apache-2.0
for command in check preview sniff profile \
    run extract transform load verify rehearse status rejects sample report segments ledger; do
    novate help "$command"
done
