# Without arguments the program says what it is for, and that this was no proper call.
# SPDX-License-Identifier: Apache-2.0
novate
