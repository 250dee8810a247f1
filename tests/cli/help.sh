# Help of the program.
# SPDX-License-Identifier: Apache-2.0
novate --help
