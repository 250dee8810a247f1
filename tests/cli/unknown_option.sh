# An option that there is not, and one without its argument.
# SPDX-License-Identifier: Apache-2.0
novate run plan.yaml --dryrun
echo "exit $?"
novate run plan.yaml --jobs
echo "exit $?"
novate status plan.yaml --jobs 2
