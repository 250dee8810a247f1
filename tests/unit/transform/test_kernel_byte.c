/* test_kernel_byte.c — bytes, digests and encodings: published vectors, and each rule alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(digests_are_those_that_are_published)
{
    static const struct value_case cases[] = {
        {"md5('')", "d41d8cd98f00b204e9800998ecf8427e"}, /* RFC 1321 */
        {"md5('message digest')", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"md5('\\x616263'::bytea)", "900150983cd24fb0d6963f7d28e17f72"},
        {"encode(sha224('abc'), 'hex')", /* FIPS 180-4 */
         "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
        {"encode(sha256('abc'), 'hex')",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"encode(sha256(''), 'hex')",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"left(encode(sha384('abc'), 'hex'), 32)", "cb00753f45a35e8bb5a03d699ac65007"},
        {"left(encode(sha512('abc'), 'hex'), 32)", "ddaf35a193617abacc417349ae204131"},
        {"octet_length(sha512('abc'))", "64"},
        {"uuid_v5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')",
         "2ed6657d-e927-568b-95e1-2665a8aea6a2"},
        {"uuid_v5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'python.org')",
         "886313e1-3b8a-5372-9b90-0c9aee199e5d"},
        {"uuid_v5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', 'http://python.org/')",
         "4c565f0d-3f5a-5890-b41b-20cf47701c5e"},
        {"uuid_v5(null, 'a')", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(forms_of_bytes)
{
    static const struct value_case cases[] = {
        {"encode('\\x00ff', 'HEX')", "00ff"},
        {"encode('\\x666f6f62', 'base64')", "Zm9vYg=="}, /* RFC 4648 */
        {"encode('\\x666f6f6261', 'base64')", "Zm9vYmE="},
        {"length(encode(convert_to(repeat('a', 57), 'UTF8'), 'base64'))", "77"},
        {"length(encode(convert_to(repeat('a', 56), 'UTF8'), 'base64'))", "76"},
        {"encode('\\x005c61ff', 'escape')", "\\000\\\\a\\377"},
        {"decode('Zm9v YmFy', 'base64')", "\\x666f6f626172"},
        {"decode('Zm9vYg=', 'base64')", "!22023"},
        {"decode('=', 'base64')", "!22023"},
        {"decode('6 1', 'hex')", "!22023"},
        {"decode('61 62', 'hex')", "\\x6162"},
        {"decode('a\\134\\\\', 'escape')", "\\x615c5c"},
        {"decode('a\\9', 'escape')", "!22P02"},
        {"encode('a', 'rot13')", "!22023"},
        {"get_byte('\\x0102', 1)", "2"},
        {"get_byte('\\x0102', 2)", "!2202E"},
        {"substring('\\x010203'::bytea, 0, 2)", "\\x01"},
        {"substr('\\x010203'::bytea, 2)", "\\x0203"},
        {"substring('\\x01'::bytea, 1, -1)", "!22011"},
        {"position('\\x03'::bytea in '\\x010203'::bytea)", "3"},
        {"position('\\x0102'::bytea in '\\x01'::bytea)", "0"},
        {"overlay('\\x010203'::bytea placing '\\xff'::bytea from 2)", "\\x01ff03"},
        {"'\\x01'::bytea || '\\x02'::bytea", "\\x0102"},
        {"bit_length('\\x0102'::bytea)", "16"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(encodings)
{
    static const struct value_case cases[] = {
        {"convert_from('\\xe9', 'LATIN1')", "\303\251"},
        {"convert_from('\\x80', 'LATIN1')", "\302\200"},
        {"convert_from('\\x80', 'WIN1252')", "\342\202\254"},
        {"convert_from('\\x81', 'WIN1252')", "!22P05"},
        {"convert_from('\\xa4', 'latin-9')", "\342\202\254"},
        {"convert_from('\\x61c3', 'UTF8')", "!22021"},
        {"convert_from('\\x6100', 'UTF8')", "!22021"},
        {"convert_from('\\x6100', 'LATIN1')", "!22021"},
        {"convert_from('\\x61', 'EBCDIC')", "!22023"},
        {"convert_to('\342\202\254', 'windows-1252')", "\\x80"},
        {"convert_to('\342\202\254', 'LATIN1')", "!22P05"},
        {"convert_to('a\303\251', 'utf_8')", "\\x61c3a9"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(characters)
{
    static const struct value_case cases[] = {
        {"initcap('mary-ann o''NEILL 2ND \303\251a')", "Mary-Ann O'Neill 2nd \303\251A"},
        {"translate('12\303\251', '1\303\251', 'x')", "x2"},
        {"translate('aba', 'aa', 'xy')", "xbx"}, /* the first place counts */
        {"reverse('a\303\251\360\237\230\200')", "\360\237\230\200\303\251a"},
        {"repeat('ab', -1)", ""},
        {"repeat('ab', 2147483647)", "!54000"},
        {"chr(128512)", "\360\237\230\200"},
        {"chr(0)", "!54000"},
        {"chr(-1)", "!22023"},
        {"chr(55296)", "!54000"},
        {"ascii('\360\237\230\200')", "128512"},
        {"ascii('')", "0"},
        {"octet_length('\303\251'::char(3))", "4"},
        {"bit_length('a'::char(3))", "8"},
        {"concat_ws(',', null, 'a', null, '', 1)", "a,,1"},
        {"concat_ws(null, 'a', 'b')", "NULL"},
        {"concat_ws('-', null::text)", ""},
        {"overlay('abcdef' placing 'X' from 2 for 3)", "aXef"},
        {"overlay('abcdef' placing 'X' from 9)", "abcdefX"},
        {"overlay('abc' placing 'X' from 2 for -1)", "aXabc"},
        {"overlay('abc' placing 'X' from 0)", "!22011"},
        {"overlay('abc' placing 'X' from 2147483647 for 2)", "!22003"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        digests_are_those_that_are_published, forms_of_bytes, encodings, characters};
    return RUN_TESTS("kernel_byte", tests);
}
