# SPDX-License-Identifier: Apache-2.0
"""Honest texts that are full of notations: logs, markup, code, mail. What hides nothing must be read in full.

    for name, text in texts(random.Random(1), 200): ...
"""
import base64
import json
import quopri
import urllib.parse

WORDS = ("the build server kept three releases and a cache of packages while reports about sales in March listed "
         "prices for tea rice and paper so that every team could plan its next order with care before the market "
         "closes on Friday and the auditors read the ledger from page one to its end").split()
PATHS = ("index.html", "api/v2/items", "static/app.min.js", "search", "login/callback", "img/logo.svg", "feed.xml",
         "cart/add", "files/report.pdf", "graphql")
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
          "curl/8.4.0", "kube-probe/1.29", "Googlebot/2.1 (+http://www.google.com/bot.html)", "okhttp/4.12.0")
ACCENTS = ("café", "naïve", "Zürich", "piñata", "smörgåsbord", "東京", "Москва", "Ελλάδα", "नमस्ते", "€ 20,00")


def words(rng, count):
    return " ".join(rng.choice(WORDS) for _ in range(count))


def hexadecimal(rng, size):
    return "%0*x" % (size, rng.getrandbits(4 * size))


def stamp(rng):
    return "2026-%02d-%02dT%02d:%02d:%02d.%03dZ" % (rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23),
                                                  rng.randint(0, 59), rng.randint(0, 59), rng.randint(0, 999))


def address(rng):
    return "10.%d.%d.%d" % (rng.randint(0, 255), rng.randint(0, 255), rng.randint(1, 254))


def token(rng, size):
    return base64.urlsafe_b64encode(rng.randbytes(size)).decode().rstrip("=")


def query(rng, depth=0):
    """name=value&…, escaped once, or twice as redirects do."""
    value = rng.choice((words(rng, 3), "50% off & more", rng.choice(ACCENTS), "a=1&b=2", "C++ / C#", "100%"))
    if depth < 3 and rng.random() < 0.3:
        value = "https://shop.example/%s?%s" % (rng.choice(PATHS), query(rng, depth + 1))
    pairs = {"q": value, "page": str(rng.randint(1, 99)), "trace": hexadecimal(rng, 32), "w": "20"}
    return urllib.parse.urlencode({key: pairs[key] for key in list(pairs)[:rng.randint(1, 4)]})


def access_log(rng):
    line = '%s - - [%02d/Nov/2026:10:%02d:%02d +0000] "GET /%s?%s HTTP/1.1" %d %d "-" "%s" rt=0.%03d id=%s'
    return "\n".join(line % (
        address(rng), rng.randint(1, 28), rng.randint(0, 59), rng.randint(0, 59), rng.choice(PATHS), query(rng),
        rng.choice((200, 200, 304, 404, 502)), rng.randint(100, 99999), rng.choice(AGENTS), rng.randint(0, 999),
        hexadecimal(rng, 32)) for _ in range(rng.randint(5, 60)))


def json_log(rng):
    lines = []
    for _ in range(rng.randint(5, 40)):
        body = json.dumps({"note": rng.choice(ACCENTS) + " " + words(rng, 4), "html": "<b>a &amp; b</b>",
                           "path": "C:\\Users\\build\\x64\\u%d" % rng.randint(10, 99)})
        lines.append(json.dumps({"ts": stamp(rng), "level": rng.choice(("info", "warn", "error")),
                                 "trace_id": hexadecimal(rng, 32), "span": hexadecimal(rng, 16),
                                 "url": "/%s?%s" % (rng.choice(PATHS), query(rng)),
                                 "body": rng.choice((body, json.dumps(body), words(rng, 8))),
                                 "etag": token(rng, 18)}))
    return "\n".join(lines)


def application_log(rng):
    lines = []
    for _ in range(rng.randint(5, 40)):
        frames = rng.sample(("Main", "Loop", "Queue", "Pool$1"), rng.randint(0, 3))
        trace = "".join("\tat com.example.shop.%s.run(%s.java:%d)\n" % (name, name, rng.randint(1, 900))
                        for name in frames)
        lines.append("%s %-5s [worker-%d] c.e.s.%s - %s id=%s ms=%d\n%s" % (
            stamp(rng), rng.choice(("INFO", "WARN", "ERROR", "DEBUG")), rng.randint(1, 16),
            rng.choice(("OrderService", "HttpClient", "CacheLoader")), words(rng, 6), hexadecimal(rng, 16),
            rng.randint(1, 9999), trace))
    return "".join(lines)


def container_log(rng):
    return "\n".join("%s stdout F \x1b[%dm%s\x1b[0m pod=web-%s-%s image=sha256:%s %s" % (
        stamp(rng), rng.randint(31, 36), rng.choice(("ok", "slow", "retry")), hexadecimal(rng, 10), hexadecimal(rng, 5),
        hexadecimal(rng, 64), words(rng, 5)) for _ in range(rng.randint(5, 40)))


def svg_page(rng):
    svg = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 20"><path d="M%d 3h7v7H3z" fill="#%s"/></svg>'
           % (rng.randint(10, 99), rng.randint(1, 9), hexadecimal(rng, 6)))
    inline = rng.choice((urllib.parse.quote(svg), urllib.parse.quote(svg, safe=" ='/:"),
                         "base64," + base64.b64encode(svg.encode()).decode()))
    return ('<!doctype html><html><head><style>.i{background:url("data:image/svg+xml,%s") 0 0/20px;width=20px}'
            '.e::before{content:"\\%04x"}</style></head><body><h1>%s &mdash; %s</h1>'
            '<p class="i">%s &amp; %s&nbsp;&#8364;</p><a href="/%s?%s&amp;w=20">more</a>'
            '<img src="data:image/png;base64,%s">%s</body></html>' % (
                inline, rng.randint(0xe000, 0xf000), words(rng, 2), rng.choice(ACCENTS), words(rng, 20), words(rng, 5),
                rng.choice(PATHS), query(rng), base64.b64encode(rng.randbytes(rng.randint(60, 900))).decode(), svg))


def mail(rng):
    text = "%s %s, %s = 5 €\n" % (words(rng, 40), rng.choice(ACCENTS), words(rng, 12))
    return ("Received: from mx.example (mx.example [%s])\nMIME-Version: 1.0\nSubject: =?UTF-8?Q?%s?=\n"
            "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n%s\n--%s\n"
            "Content-Transfer-Encoding: base64\n\n%s" % (
                address(rng), quopri.encodestring(rng.choice(ACCENTS).encode(), header=True).decode(),
                quopri.encodestring(text.encode()).decode(), hexadecimal(rng, 24),
                base64.encodebytes((text * rng.randint(1, 4)).encode()).decode()))


def percents(rng):
    """What people and programs write with a percent sign."""
    return rng.choice((
        "width:=20%%25E00px; margin: 0 %d%%", "I am 100%%25252525 sure, or %d at least", "%%%%d of %d%%%%",
        "printf(\"%%08x %%5.2f%%%%\\n\", %d);", "LIKE '%%2%d%%' ESCAPE '\\'", "strftime %%Y-%%m-%%d at %d",
        "&amp;amp;amp;lt; was shown %d times", "C:\\x86\\u00%d\\new", "%%252F%%252F is a path, escaped %d times",
        "=3D%d=\n=3D20", "a=2%d&b=%%E2%%9C%%93&utf8=%%25E2%%259C%%2593",
        "\\\\u00e9 and \\\\\\\\u00e9, %d")) % rng.randint(10, 99) + " " + words(rng, 6)


def numbers(rng):
    return "\n".join(rng.choice((" ", ", ", ";", "-")).join(str(rng.randint(0, rng.choice((9, 99, 130, 9999))))
                                                          for _ in range(rng.randint(4, 40)))
                     for _ in range(rng.randint(1, 30)))


def hex_dump(rng):
    lines = []
    for at in range(0, rng.randint(64, 1600), 16):
        row = rng.choice((rng.randbytes(16), words(rng, 9).encode()[:16].ljust(16)))
        lines.append("%08x  %s  |%s|" % (at, " ".join("%02x" % byte for byte in row),
                                         "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)))
    return "\n".join(lines)


def code(rng):
    name = rng.choice(("item", "row", "total"))
    return "\n".join(rng.choice((
        "%s = \"a\" + \"b\" + str(%d) + 'c' # %s", "assert %s == 0x%02x and b != '\\x41' # %s",
        "re.compile(r'%s[^%%]{%d}\\u00e9\\d+') # %s", "const %s = `v${%d}`; // %s",
        "if (%s & 0x%x && y) { z = '&lt;'; } /* %s */",
        "  i f (%s) a b c d e f g h = %d; // %s", "SELECT %s FROM t WHERE c LIKE '%%%d%%'; -- %s",
        "docker run -e %s=b3R0ZXI= -p %d:80 img:%s")) % (name, rng.randint(10, 99), words(rng, 4))
                     for _ in range(rng.randint(3, 40)))


def table(rng):
    rows = ['%d,"%s","%s",%s' % (rng.randint(1, 9999), rng.choice(ACCENTS), words(rng, 5), hexadecimal(rng, 40))
            for _ in range(rng.randint(3, 60))]
    return "\n".join(["id,name,note,hash"] + rows)


def keys(rng):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return "Authorization: Bearer %s.%s.%s\nssh-ed25519 %s build@ci\nsri: sha384-%s\n%s" % (
        part({"alg": "ES256", "kid": hexadecimal(rng, 8)}), part({"sub": words(rng, 1), "iat": rng.getrandbits(31)}),
        token(rng, 64), base64.b64encode(rng.randbytes(51)).decode(), base64.b64encode(rng.randbytes(48)).decode(),
        words(rng, 8))


def prose(rng):
    return " ".join(rng.choice((words(rng, 8) + ".", rng.choice(ACCENTS), "(see p. %d)" % rng.randint(1, 400),
                                "a.m./p.m.", "S-O-S", "- - -", "wxyz & co.", "1 2 3 4", "#%d!" % rng.randint(1, 99)))
                    for _ in range(rng.randint(2, 30)))


LOGS = (access_log, json_log, application_log, container_log)
OTHERS = (svg_page, mail, percents, numbers, hex_dump, code, table, keys, prose)


def texts(rng, count, kinds=LOGS + OTHERS):
    """`count` texts, each kind in its turn, with the kind's name; the same ones for the same seed."""
    for index in range(count):
        kind = kinds[index % len(kinds)]
        yield kind.__name__, kind(rng)
