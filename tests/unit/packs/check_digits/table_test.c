/* SPDX-License-Identifier: Apache-2.0 */
#include "packs/check_digits/check_digits.h"
#include "support.h"

/* Numbers that issuers and standards print as examples, or that were worked out by hand. */
static void agrees_with_published_values(void **state) {
    (void)state;
    static const struct {
        const char *name, *value;
        bool valid;
        const char *why;
    } cases[] = {
        {"luhn", "4111 1111 1111 1111", true, "the test card of every network"},
        {"luhn", "4111 1111 1111 1112", false, "last digit off by one"},
        {"luhn", "79927398713", true, "the example of ISO/IEC 7812's commentators"},
        {"luhn", "7", false, "one digit cannot check itself"},
        {"verhoeff", "2363", true, "Verhoeff's example 236 with its digit 3"},
        {"verhoeff", "5432 1098 7652", true, "an Aadhaar-shaped number"},
        {"verhoeff", "5432 1098 7625", false, "neighbours exchanged"},
        {"iban", "DE89 3704 0044 0532 0130 00", true, "the registry's German example"},
        {"iban", "GB29NWBK60161331926819", true, "the registry's British example"},
        {"iban", "GB28NWBK60161331926819", false, "check digits off by one"},
        {"iban", "DE8937040044053201300", false, "one digit short"},
        {"iban", "XX89370400440532013000", false, "no country"},
        {"gstin", "29ABCPK1234F1Z1", true, "Karnataka"},
        {"gstin", "38AAACZ9876M2Z6", true, "Ladakh, state 38"},
        {"gstin", "97AAAPQ4321L1ZH", true, "other territory, 97"},
        {"gstin", "29ABCPK1234F1Z2", false, "check character off by one"},
        {"gstin", "40ABCPK1234F1Z1", false, "no state 40"},
        {"epic", "ZZQ0001230", true, "seventh digit by Luhn"},
        {"epic", "ZZQ0001231", false, "not by Luhn"},
        {"ssn", "536-22-1234", true, "an issued area"},
        {"ssn", "666-22-1234", false, "area never issued"},
        {"ssn", "900-22-1234", false, "ITIN range"},
        {"ssn", "536-00-1234", false, "group 00"},
        {"ssn", "536-22-0000", false, "serial 0000"},
        {"ssn", "078-05-1120", false, "the wallet insert"},
        {"not_repeated", "0000 0000 0000", false, "one digit all through"},
        {"not_repeated", "0000 0000 0001", true, "not quite"},
        {"not_palindrome", "2345 6776 5432", false, "reads the same backwards"},
        {"not_palindrome", "2345 6776 5433", true, "does not"},
        {"date", "29/02/2024", true, "leap day"},
        {"date", "29/02/2023", false, "no leap day"},
        {"date", "1900-02-29", false, "1900 was no leap year"},
        {"date", "12-31-1999", true, "month first"},
        {"date", "31-12-1999", true, "day first"},
        {"date", "32-12-1999", false, "no day 32"},
        {"ipv4", "203.0.113.7", true, ""},
        {"ipv4", "203.0.113.256", false, "above 255"},
        {"ipv4", "0.1.2.3", false, "this network"},
        {"ipv6", "2001:db8::1", true, ""},
        {"ipv6", "2001:db8::1::2", false, "two gaps"},
        {"jwt", "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl", true, "{\"alg\":\"HS256\"}"},
        {"jwt", "eyJmb28iOiJiYXIifQ.e30.c2lnbmF0dXJl", false, "{\"foo\":\"bar\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const checksum *c = checksum_find(cases[i].name);
        assert_non_null(c);
        if (c->verify(cases[i].value, strlen(cases[i].value)) != cases[i].valid) {
            fail_msg("%s '%s' should be %s: %s", cases[i].name, cases[i].value, cases[i].valid ? "right" : "wrong",
                     cases[i].why);
        }
    }
}

/* Values that issuers and their manuals print. Where the scheme finds every single wrong digit (`all`), each
 * of them is tried; where it does not, as Luhn-like sums over digit sums, the printed value is all. */
static void national_identifiers(void **state) {
    (void)state;
    static const struct {
        const char *name, *value;
        bool all;
    } cases[] = {
        {"au_abn", "51 824 753 556", true},
        {"au_acn", "004 085 616", false},
        {"au_tfn", "123 456 782", true},
        {"au_medicare", "2123 45670 1", false},
        {"be_nrn", "85.07.30-033.28", true},
        {"br_cpf", "390.533.447-05", false},
        {"br_cnpj", "16.727.230/0001-97", true},
        {"ch_ahv", "756.9217.0769.85", true},
        {"cn_ric", "11010519491231002X", true},
        {"de_tax_id", "36 574 261 809", true},
        {"de_id_card", "L01X00T471", true},
        {"de_vat", "DE136695976", true},
        {"de_health", "A000500015", false},
        {"de_pension", "15 070649 C 103", false},
        {"es_nif", "54362315K", true},
        {"es_nif", "X2482300W", true},
        {"fi_hetu", "131052-308T", true},
        {"fr_nir", "2 95 10 99 126 111 93", true},
        {"it_fiscal_code", "RCCMNL83S18D969H", false},
        {"jp_my_number", "1234 5678 9018", false},
        {"kr_brn", "116-82-00276", false},
        {"mx_curp", "BOXW310820HNERXN09", false},
        {"nl_bsn", "111222333", true},
        {"pl_pesel", "44051401359", true},
        {"se_personnummer", "880320-0016", true},
        {"sg_nric", "S1234567D", true},
        {"th_tnin", "1-2345-45678-78-1", false},
        {"tr_id", "17291716060", true},
        {"uk_nhs", "943 476 5870", true},
        {"us_aba", "111000025", true},
        {"us_dea", "AB1234563", false},
        {"us_npi", "1234567893", true},
        {"isin", "US0378331005", true},
        {"vin", "1M8GDM9AXKP042788", true},
        {"bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", false},
        {"base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const checksum *c = checksum_find(cases[i].name);
        char value[80];
        size_t size = strlen(cases[i].value);
        assert_non_null(c);
        if (!c->verify(cases[i].value, size)) fail_msg("%s '%s' should be right", cases[i].name, cases[i].value);
        for (size_t at = 0; cases[i].all && at < size; at++) {
            memcpy(value, cases[i].value, size + 1);
            for (char d = '0'; d <= '9' && value[at] >= '0' && cases[i].value[at] <= '9'; d++) {
                if (d == cases[i].value[at]) continue;
                value[at] = d;
                if (c->verify(value, size)) fail_msg("%s '%s' should be wrong", cases[i].name, value);
            }
        }
    }
}

/* Every checksum that can complete a value does so, and one changed character then fails. */
static void completes_values(void **state) {
    (void)state;
    static const struct {
        const char *name, *shape;
    } cases[] = {{"iban", "DE00370400440532013000"}, {"crc32_base62", "ghp_0123456789abcdefghijABCDEFGHIJ000000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const checksum *c = checksum_find(cases[i].name);
        char value[64];
        size_t size = strlen(cases[i].shape);
        memcpy(value, cases[i].shape, size);
        c->complete(value, size);
        assert_true(c->verify(value, size));
        value[size - 1] = value[size - 1] == '7' ? '8' : '7';
        assert_false(c->verify(value, size));
    }
}

/* Values come from hostile text: none may make a checksum read outside. (AddressSanitizer watches.) */
static void takes_any_bytes(void **state) {
    (void)state;
    const checksum *c;
    for (size_t index = 0; (c = checksum_at(index)) != NULL; index++) {
        for (size_t size = 0; size < 300; size++) {
            char *value = malloc(size + 1);
            for (size_t i = 0; i < size; i++)
                value[i] = (char)(size % 3 ? support_random() : '0' + support_random() % 10);
            c->verify(value, size);
            if (c->complete) c->complete(value, size);
            free(value);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_published_values),
        cmocka_unit_test(national_identifiers),
        cmocka_unit_test(completes_values),
        cmocka_unit_test(takes_any_bytes),
    };
    return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}
