/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checksum_national: check digits of countries' identifiers. Each function gets the value as it stands in
 * the text; checksum.c has their names. The source of each is named at its definition.
 */
#ifndef FILTER_CHECKSUM_NATIONAL_H
#define FILTER_CHECKSUM_NATIONAL_H

#include <stdbool.h>
#include <stddef.h>

/* Longest identifier whose characters are gathered before they are checked. */
#define CHARACTERS_MAX 64

/* Letters and digits of a value, upper case, without separators; 0 when there are too many. */
size_t checksum_gather(const char *value, size_t size, bool letters, char out[CHARACTERS_MAX]);

/* ISO/IEC 7812-1 over digits without separators. */
bool checksum_luhn_digits(const char *digits, size_t count);

bool checksum_au_abn(const char *value, size_t size);
bool checksum_au_acn(const char *value, size_t size);
bool checksum_au_medicare(const char *value, size_t size);
bool checksum_au_tfn(const char *value, size_t size);
bool checksum_be_nrn(const char *value, size_t size);
bool checksum_br_cnpj(const char *value, size_t size);
bool checksum_br_cpf(const char *value, size_t size);
bool checksum_ch_ahv(const char *value, size_t size);
bool checksum_cn_ric(const char *value, size_t size);
bool checksum_de_health(const char *value, size_t size);
bool checksum_de_lanr(const char *value, size_t size);
bool checksum_de_pension(const char *value, size_t size);
bool checksum_de_tax_id(const char *value, size_t size);
bool checksum_de_vat(const char *value, size_t size);
bool checksum_es_nif(const char *value, size_t size);
bool checksum_fi_hetu(const char *value, size_t size);
bool checksum_fr_nir(const char *value, size_t size);
bool checksum_it_fiscal_code(const char *value, size_t size);
bool checksum_jp_my_number(const char *value, size_t size);
bool checksum_kr_brn(const char *value, size_t size);
bool checksum_kr_rrn(const char *value, size_t size);
bool checksum_mx_curp(const char *value, size_t size);
bool checksum_nl_bsn(const char *value, size_t size);
bool checksum_pl_pesel(const char *value, size_t size);
bool checksum_se_personnummer(const char *value, size_t size);
bool checksum_sg_nric(const char *value, size_t size);
bool checksum_sg_uen(const char *value, size_t size);
bool checksum_th_tnin(const char *value, size_t size);
bool checksum_tr_id(const char *value, size_t size);
bool checksum_uk_nhs(const char *value, size_t size);
bool checksum_us_aba(const char *value, size_t size);
bool checksum_us_dea(const char *value, size_t size);
bool checksum_us_npi(const char *value, size_t size);

#endif
