# The version, on one line.
# SPDX-License-Identifier: Apache-2.0
novate version
