/* SPDX-License-Identifier: Apache-2.0 */
/* Code: pieces of programs in the languages that people paste, with names and numbers that change. */
#include "sample.h"

static const char *const pieces[] = {
    "def {verb}_{1}({2}s, limit={u:500}):\n"
    "    \"\"\"{verb} every {1} of the given {2}s, newest first.\"\"\"\n"
    "    result = {}\n"
    "    for {2} in sorted({2}s, key=lambda x: x.created_at, reverse=True):\n"
    "        if {2}.{1}_id is None or len(result) >= limit:\n"
    "            continue\n"
    "        result.setdefault({2}.{1}_id, []).append({2})\n"
    "    return {k: v for k, v in result.items() if sum(x.total for x in v) > {u:90}.5}\n",

    "class {1}Repository:\n"
    "    def __init__(self, connection, table=\"{1}s\"):\n"
    "        self._connection = connection\n"
    "        self._table = table\n\n"
    "    async def find(self, {1}_id: int) -> dict | None:\n"
    "        row = await self._connection.fetchrow(\n"
    "            f\"SELECT id, {2}, {3}_at FROM {self._table} WHERE id = $1\", {1}_id)\n"
    "        if row is None:\n"
    "            logger.warning(\"no {1} %d\", {1}_id)\n"
    "        return dict(row) if row else None\n",

    "export async function {verb}{1}(id, { signal, retries = {u:9} } = {}) {\n"
    "  const response = await fetch(`${BASE_URL}/api/v2/{1}s/${encodeURIComponent(id)}`, {\n"
    "    method: 'PATCH',\n"
    "    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },\n"
    "    body: JSON.stringify({ {2}: null, updatedAt: new Date().toISOString() }),\n"
    "    signal,\n"
    "  });\n"
    "  if (response.status === 503 && retries > 0) {\n"
    "    await sleep({u:900});\n"
    "    return {verb}{1}(id, { signal, retries: retries - 1 });\n"
    "  }\n"
    "  if (!response.ok) throw new Error(`{1} ${id}: ${response.status} ${response.statusText}`);\n"
    "  return response.json();\n"
    "}\n",

    "interface {1}Props {\n"
    "  {2}s: Array<{ id: number; title: string; {3}?: boolean }>;\n"
    "  onSelect: (id: number) => void;\n"
    "}\n\n"
    "export const {1}List = ({ {2}s, onSelect }: {1}Props) => (\n"
    "  <ul className=\"{1}-list\" role=\"listbox\">\n"
    "    {{2}s.filter(x => !x.{3}).map(x => (\n"
    "      <li key={x.id} onClick={() => onSelect(x.id)} tabIndex={0}>\n"
    "        <span>{x.title}</span>\n"
    "      </li>\n"
    "    ))}\n"
    "  </ul>\n"
    ");\n",

    "/* Grows the {1} so that `count` more {2}s fit. Returns false when memory is out. */\n"
    "static bool {1}_reserve(struct {1} *{1}, size_t count) {\n"
    "    size_t needed = {1}->count + count, capacity = {1}->capacity ? {1}->capacity : {u:64};\n"
    "    if (needed < count) return false;\n"
    "    while (capacity < needed) capacity *= 2;\n"
    "    void *grown = realloc({1}->{2}s, capacity * sizeof *{1}->{2}s);\n"
    "    if (!grown) return false;\n"
    "    {1}->{2}s = grown;\n"
    "    {1}->capacity = capacity;\n"
    "    return true;\n"
    "}\n",

    "#include <stdint.h>\n"
    "#define {1}_MAX_{2} 0x{x:4}u\n"
    "#define {1}_MASK (({1}_MAX_{2} << 3) | 0x{x:2})\n\n"
    "uint32_t {verb}_{1}(const uint8_t *data, size_t size) {\n"
    "    uint32_t hash = 0x{x:8};\n"
    "    for (size_t i = 0; i < size; i++) {\n"
    "        hash ^= data[i];\n"
    "        hash *= 16777619u;\n"
    "    }\n"
    "    return hash & {1}_MASK;\n"
    "}\n",

    "func (s *{1}Server) {verb}(w http.ResponseWriter, r *http.Request) {\n"
    "\tctx, cancel := context.WithTimeout(r.Context(), {u:30}*time.Second)\n"
    "\tdefer cancel()\n"
    "\titems, err := s.store.List{2}s(ctx, r.URL.Query().Get(\"{3}\"), {u:200})\n"
    "\tif err != nil {\n"
    "\t\thttp.Error(w, fmt.Sprintf(\"list {2}s: %v\", err), http.StatusInternalServerError)\n"
    "\t\treturn\n"
    "\t}\n"
    "\tw.Header().Set(\"Content-Type\", \"application/json\")\n"
    "\t_ = json.NewEncoder(w).Encode(map[string]any{\"{2}s\": items, \"count\": len(items)})\n"
    "}\n",

    "impl {1} {\n"
    "    pub fn {verb}(&mut self, {2}: &str) -> Result<Option<u64>, Error> {\n"
    "        let {3} = self.{2}s.entry({2}.to_owned()).or_insert_with(Vec::new);\n"
    "        match {3}.iter().position(|x| x.id == {u:900}) {\n"
    "            Some(i) => Ok(Some({3}.swap_remove(i).size)),\n"
    "            None if {3}.is_empty() => Err(Error::Missing({2}.into())),\n"
    "            None => Ok(None),\n"
    "        }\n"
    "    }\n"
    "}\n",

    "SELECT c.id, c.name, count(o.id) AS {1}s, round(sum(o.total), 2) AS total\n"
    "FROM customers c\n"
    "LEFT JOIN {1}s o ON o.customer_id = c.id AND o.created_at >= DATE '2024-0{u:9}-01'\n"
    "WHERE c.{2} IS NOT NULL AND c.country IN ('PT', 'IN', 'NO')\n"
    "GROUP BY c.id, c.name\n"
    "HAVING count(o.id) > {u:20}\n"
    "ORDER BY total DESC NULLS LAST LIMIT {u:500};\n",

    "CREATE TABLE {1}_{2} (\n"
    "  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "  {1}_id bigint NOT NULL REFERENCES {1}s (id) ON DELETE CASCADE,\n"
    "  {3} varchar({u:250}) NOT NULL DEFAULT '',\n"
    "  created_at timestamptz NOT NULL DEFAULT now()\n"
    ");\n"
    "CREATE INDEX {1}_{2}_created ON {1}_{2} (created_at) WHERE {3} <> '';\n",

    "#!/bin/sh\n"
    "set -eu\n"
    "out=\"${1:-/var/backups}/{1}-$(date +%Y%m%d)\"\n"
    "mkdir -p \"$out\"\n"
    "for f in /srv/{1}/*.{2}; do\n"
    "  [ -f \"$f\" ] || continue\n"
    "  gzip -c \"$f\" > \"$out/$(basename \"$f\").gz\" || { echo \"cannot {verb} $f\" >&2; exit 1; }\n"
    "done\n"
    "find \"$out\" -name '*.gz' -mtime +{u:90} -delete\n",

    "apiVersion: apps/v1\n"
    "kind: Deployment\n"
    "metadata:\n"
    "  name: {1}-service\n"
    "  labels: {app: {1}, tier: backend}\n"
    "spec:\n"
    "  replicas: {u:9}\n"
    "  template:\n"
    "    spec:\n"
    "      containers:\n"
    "        - name: {1}\n"
    "          image: registry.example.com/shop/{1}:4.{u:20}.{u:9}\n"
    "          ports: [{containerPort: 8{d:3}}]\n"
    "          resources: {limits: {cpu: 500m, memory: {d:3}Mi}}\n",

    "    public List<{1}> {verb}(Predicate<? super {1}> wanted, int limit) {\n"
    "        return {1}s.stream()\n"
    "            .filter(wanted.and(x -> x.get{2}() != null))\n"
    "            .sorted(Comparator.comparing({1}::getCreatedAt).reversed())\n"
    "            .limit(Math.min(limit, {u:900}))\n"
    "            .collect(Collectors.toUnmodifiableList());\n"
    "    }\n",

    "diff --git a/src/{1}.c b/src/{1}.c\n"
    "index {x:7}..{x:7} 100644\n"
    "--- a/src/{1}.c\n"
    "+++ b/src/{1}.c\n"
    "@@ -{u:900},7 +{u:900},8 @@ static int {verb}_{1}(struct {1} *x)\n"
    "     if (!x->{2})\n"
    "         return -EINVAL;\n"
    "-    return {verb}(x->{2}, {u:90});\n"
    "+    int error = {verb}(x->{2}, {u:90});\n"
    "+    return error < 0 ? error : 0;\n"
    " }\n",

    ".{1}-{2} > li:not(:last-child) {\n"
    "  margin: 0 0 {u:24}px;\n"
    "  color: #{x:6};\n"
    "  transition: opacity .{u:9}s ease-in-out;\n"
    "}\n"
    "@media (max-width: {u:900}px) { .{1}-{2} { grid-template-columns: 1fr 2fr; padding: {u:9}rem } }\n",

    "test('{verb} keeps the {1} when the {2} is empty', async () => {\n"
    "  const {1} = make{1}({ id: {u:9000}, {2}s: [] });\n"
    "  await expect({verb}({1})).resolves.toEqual({ ...{1}, version: {u:20} });\n"
    "  expect(log.warn).toHaveBeenCalledTimes(1);\n"
    "});\n",
};

void sample_code(sample_writer *w) {
    sample_template(w, SAMPLE_PICK(w, pieces));
    sample_add(w, "\n");
}
