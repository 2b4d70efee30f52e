/* SPDX-License-Identifier: Apache-2.0 */
#include "structures.h"

static const structure_case cases[] = {
    {"<id>7</id><dbPassword>Tr4</x>", "id=7; db password=Tr4", "elements, one of them closed by another name"},
    {"<a href=\"mailto:x\">q</a>", "href=mailto:x", "an element that says how it looks"},
    {"<add key=\"Password\" value='X'/>", "key=Password; password=X", "an attribute that names another"},
    {"<p><mail>jo</mail> and <b>more</b></p>", "mail=jo", "elements in one another"},
    {"<field name=\"ssn\">219</field>", "name=ssn; ssn=219", "an attribute that names the text"},
    {"<key>Password</key><string>X</string>", "key=Password; password=X", "a list of properties"},
    {"<dt>Password</dt><dd>X</dd><tr><th>SSN</th><td>219</td></tr>", "password=X; ssn=219", "a name and its text"},
    {"<tr><th>Id</th><th>SSN</th></tr><tr><td>7</td></tr>", "id=7", "a row with a cell too few"},
    {"<table><tr><th>Id</th><th>Pin</th></tr><tr><td>7</td><td>41</td></tr><tr><td/><td><b>4</b></td></tr></table>",
     "id=7; pin=41; pin=<b>4</b>", "columns by their heads"},
    {"<table><tr><th>Name</th><th>Value</th></tr><tr><td>pin</td><td>41</td></tr></table>", "name=pin; pin=41",
     "a table of names and values"},
    {"<th>Pin</th><th>Tag</th></tr><tr><td>7</td></tr>", "", "a row of heads that is cut off"},
    {"<tr><th/><th>Pin</th></tr><tr><td>7</td><td>41</td></tr>", "pin=41", "a head without a name takes no other's"},
    {"<tr><th> <b>Id</b></th><th><a href=''><i>Pin</i></a></th></tr><tr><td>7</td><td><b>41</b></td></tr>",
     "id=7; pin=<b>41</b>", "heads and cells in elements of their own"},
    {"<tr><th>Id</th><th>Pin</th></tr></table><table><tr><td>7</td></tr></table>", "", "the next table"},
    {"{\"h\":\"<tr><th>Id</th><th>Pin</th></tr><tr><td>7</td><td>41</td></tr>\"}",
     "h=<tr><th>Id</th><th>Pin</th></tr><tr><td>7</td><td>41</td></tr>; id=7; pin=41", "a table in a string"},
    {"<meta name=\"ssn\" content=\"219\">", "name=ssn; ssn=219", "an attribute that has the content"},
    {"<a b='{\"ssn\": \"219\"}'/>", "b={\"ssn\": \"219\"}; ssn=219", "JSON in an attribute"},
    {"<li><b>Password:</b> X y</li><i>PIN</i>: 12<br>", "password=X y; pin=12", "a label that is set in bold"},
    {"<p>we <b>sing</b> and <i>note:</i></p> dance", "", "bold words that name nothing"},
    {"<a:Tel>1</a:Tel>", "a tel=1", "a prefix"},
    {"if a <b and c> d, vector<int> v; <EMAIL_ADDRESS_1>", "", "no markup"},
    {"<br><hr/><!-- c --><?xml v=\"1\"?><x>", "v=1", "tags without text"},
    {"{\"h\":\"<ssn>219</ssn><t a=\\\"b\\\">c</t>\"}", "h=<ssn>219</ssn><t a=\\\"b\\\">c</t>; ssn=219; a=b; t=c",
     "in a text of JSON"},
};

static void elements_and_attributes_have_their_names(void **state) {
    (void)state;
    structures_expect(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_and_attributes_have_their_names),
    };
    return cmocka_run_group_tests_name("markup", tests, NULL, NULL);
}
