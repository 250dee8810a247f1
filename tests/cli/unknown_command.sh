# A command that there is not: the near one is suggested.
# SPDX-License-Identifier: Apache-2.0
novate verfy plan.yaml
