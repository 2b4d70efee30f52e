/* SPDX-License-Identifier: Apache-2.0 */
/* Logs: of a web server in the combined format, and of applications in the formats that go together in one stream. */
#include "sample.h"

#include <time.h>

static const char *const agents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.6 Mobile/15E148",
    "curl/8.5.0",
    "kube-probe/1.29",
    "python-requests/2.32.3",
    "Mozilla/5.0 (compatible; searchbot/2.1; +https://search.example.com/bot.html)"};

static const char *const paths[] = {"/static/js/app.{x:8}.js",
                                    "/static/css/style.{x:8}.css",
                                    "/static/img/{noun}-{x:6}.svg",
                                    "/api/v2/{noun}s/{u:900000}",
                                    "/api/v2/{noun}s?page={u:90}&limit=50&sort=-created_at",
                                    "/{noun}s/{verb}-{noun}-{u:5000}.html",
                                    "/api/v2/{noun}s/{uuid}",
                                    "/search?q={noun}+{noun}&utm_source=newsletter",
                                    "/healthz"};

static const char *const referers[] = {"https://shop.example.com/", "https://shop.example.com/{noun}s", "-", "-",
                                       "https://www.example.org/search?q={noun}+{noun}"};
static const char *const requests[] = {"GET", "GET", "GET", "GET", "POST", "PUT", "HEAD", "DELETE"};
static const int statuses[] = {200, 200, 200, 200, 200, 200, 201, 204, 301,
                               302, 304, 304, 400, 401, 404, 404, 500, 502};

void sample_access_log(sample_writer *w) {
    char stamp[40];
    time_t now = (time_t)(w->clock += sample_random(w, 3));
    struct tm utc;
    strftime(stamp, sizeof stamp, "%d/%b/%Y:%H:%M:%S +0000", gmtime_r(&now, &utc));
    sample_template(w, sample_chance(w, 90) ? "{ip} - - " : "{ip} - {noun}{u:40} ");
    sample_print(w, "[%s] \"%s ", stamp, SAMPLE_PICK(w, requests));
    sample_template(w, SAMPLE_PICK(w, paths));
    sample_print(w, " HTTP/1.1\" %d %u \"", SAMPLE_PICK(w, statuses), sample_random(w, 60000));
    sample_template(w, SAMPLE_PICK(w, referers));
    sample_print(w, "\" \"%s\"\n", SAMPLE_PICK(w, agents));
}

static const char *const lines[] = {
    "{iso} INFO  [http-nio-8080-exec-{u:40}] c.e.shop.{1}.{1}Service - {verb} {1} {u:900000} took {u:900} ms\n",
    "{iso} DEBUG [pool-{u:9}-thread-{u:24}] c.e.shop.cache.{1}Cache - miss key={1}:{u:90000} size={u:4000} ttl=300s\n",
    "{iso} WARN  [scheduler-{u:4}] c.e.shop.jobs.{1}Job - retry {u:5} of 5 for {1} {uuid}: connection reset by peer\n",
    "{iso} INFO  [main] o.e.server - started {noun}-service version 4.{u:20}.{u:9} on port 8{d:3} in {u:9}.{d:3} "
    "seconds\n",
    "time=\"{iso}\" level=info msg=\"{verb} {noun}\" request_id={x:16} user_id={u:90000} status=200 "
    "duration={u:90}.{d:2}ms\n",
    "time=\"{iso}\" level=warning msg=\"slow query\" db={noun}s rows={u:90000} duration={u:9}.{d:3}s pid={d:4}\n",
    "time=\"{iso}\" level=error msg=\"cannot {verb} {1}\" error=\"{1} {u:90000} not found\" attempt={u:4} "
    "bytes={u:9000}\n",
    "{\"ts\":\"{iso}\",\"level\":\"info\",\"logger\":\"{noun}.{verb}\",\"msg\":\"{noun} "
    "done\",\"trace_id\":\"{x:32}\",\"ms\":{u:900}}\n",
    "{\"ts\":\"{iso}\",\"level\":\"error\",\"logger\":\"{noun}\",\"msg\":\"upstream {ip}:5432 "
    "refused\",\"code\":{d:4},\"retry\":true}\n",
    "{iso} node-{u:30} kubelet[{d:4}]: I0902 06:1{u:9}:4{u:9}.{d:6} {d:7} {noun}_manager.go:{u:900}] \"Pod update\" "
    "pod=\"prod/{1}-{x:9}-{x:5}\" phase=\"Running\"\n",
    "{iso} node-{u:30} kernel: [{d:6}.{d:6}] eth0: renamed from veth{x:7}\n",
    "{iso} db-{u:5} postgres[{d:5}]: [{u:90}-1] LOG:  checkpoint complete: wrote {u:9000} buffers ({u:9}.{u:9}%); "
    "write={u:90}.{d:3} s, sync=0.{d:3} s, total={u:90}.{d:3} s\n",
    "{iso} gw-{u:5} haproxy[{d:4}]: {ip}:{d:5} [{iso}] https~ app/srv{u:9} 0/0/1/{u:90}/{u:90} 200 {u:9000} - - ---- "
    "{u:90}/{u:90}/0/0/0 0/0 \"GET /api/v2/{noun}s HTTP/2.0\"\n",
    "{iso} ERROR [worker-{u:16}] c.e.shop.{1}.{1}Worker - Could not {verb} {1}\n"
    "java.lang.IllegalStateException: {1} {u:90000} is closed\n"
    "\tat com.example.shop.{1}.{2}Store.{verb}({2}Store.java:{u:900})\n"
    "\tat com.example.shop.{1}.{1}Worker.run({1}Worker.java:{u:400})\n"
    "\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1136)\n"
    "\tat java.base/java.lang.Thread.run(Thread.java:840)\n",
    "{iso} ERROR {noun}.tasks Task {verb}_{1}[{uuid}] raised unexpected: KeyError('{2}')\n"
    "Traceback (most recent call last):\n"
    "  File \"/srv/app/{1}/tasks.py\", line {u:400}, in {verb}_{1}\n"
    "    {1} = load(payload['{2}'], timeout={u:60})\n"
    "KeyError: '{2}'\n",
};

void sample_app_log(sample_writer *w) {
    w->clock += sample_random(w, 2);
    /* Those with a stack come seldom. */
    size_t plain = sizeof lines / sizeof *lines - 2;
    size_t at = sample_chance(w, 3) ? plain + sample_random(w, 2) : sample_random(w, (uint32_t)plain);
    sample_template(w, lines[at]);
}
