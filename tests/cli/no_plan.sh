# A plan that is not there.
# SPDX-License-Identifier: Apache-2.0
novate run no-such-plan.yaml
