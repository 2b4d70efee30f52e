#compdef filterctl filterd
# zsh completion for filterctl and filterd, made by 'make generate'

if [[ $service == filterd ]]; then
    _arguments -s \
        -S \
        '(-e --endpoint)'{-e,--endpoint}'[Where clients connect\: ipc\://PATH or tcp\://HOST\:PORT. May be given more than once. An address that other hosts can reach needs CURVE keys in the configuration.]:ENDPOINT:' \
        '(-r --rules)'{-r,--rules}'[Directory of rule packs. Without it\: where they are installed.]:DIR:_files -/' \
        '(-c --config)'{-c,--config}'[Configuration, see filterd.yaml(5). Options win over it.]:FILE:_files' \
        '--control[ipc\://PATH for filterctl. Without it\: the first ipc\:// endpoint and '\''.ctl'\''. Only its owner can open it.]:ENDPOINT:' \
        '--cache[Where compiled rules are kept; '\''none'\'' for nowhere. A directory that others can write to is not used. Without it\: $CACHE_DIRECTORY, else $XDG_CACHE_HOME/filterd, else ~/.cache/filterd.]:DIR:_files -/' \
        '--user[Who the daemon becomes when root starts it. Without it\: '\''filterd'\'' where there is such a user.]:NAME:' \
        '--sandbox[What to do when the kernel lacks a part of the sandbox\: warn, do not start, or use none at all. Without it\: auto.]:MODE:(auto required off)' \
        '(-w --workers)'{-w,--workers}'[Threads that inspect. Without it\: one for each core.]:N:' \
        '(-n --check)'{-n,--check}'[Check configuration, keys and rules, and exit.]' \
        '(-v --verbose)'{-v,--verbose}'[Log more\: the configuration in force, each step of a reload, sessions that open and close.]' \
        '(-q --quiet)'{-q,--quiet}'[Log warnings and errors only.]' \
        '(-h --help)'{-h,--help}'[Show this text.]' \
        '(-V --version)'{-V,--version}'[Show the version.]'
    return
fi
if (( CURRENT == 2 )); then
    local -a commands=(
        'inspect:show what the filter says of a text'
        'scan:look through files and trees'
        'rules:check, test, list and explain rule packs'
        'reload:make filterd load its rules again'
        'status:what filterd serves, and how busy it is'
        'keygen:make a CURVE key pair'
    )
    _describe command commands
    return
fi
local command=$words[2]
shift words
(( CURRENT-- ))
case $command in
inspect)
    _arguments -s -S \
        '(-e --endpoint)'{-e,--endpoint}'[Where filterd listens\: ipc\://PATH or tcp\://HOST\:PORT. Without it\: $FILTERD_ENDPOINT, else ipc\:///run/filterd/filterd.sock.]:ENDPOINT:' \
        '--server-key[Public key of a CURVE server. Needs --client-key.]:FILE:_files' \
        '--client-key[Our secret key for a CURVE server. The public key is read from FILE.pub.]:FILE:_files' \
        '(-l --local)'{-l,--local}'[Use the library here, without a daemon.]' \
        '(-r --rules)'{-r,--rules}'[Rule packs. Without it\: $FILTERD_RULES_DIR, else where they are installed.]:DIR:_files -/' \
        '(-p --policy)'{-p,--policy}'[Which policy decides. Without it\: '\''default'\''.]:NAME:' \
        '--role[Whose text it is.]:ROLE:(user system developer tool document assistant tool_definition)' \
        '--return[What to send back, words between commas.]:LIST:_sequence compadd - findings redacted sanitized isolated text names' \
        '--isolate[How untrusted text is set apart. Without it\: as the policy says.]:MODE:(delimit datamark encode)' \
        '--family[The model family whose special tokens are broken. Without it\: the policy'\''s.]:NAME:' \
        '--min-score[List findings from this score on, 0 to 1, beside those that are acted upon. Without it\: the thresholds of the policy.]:SCORE:' \
        '(-t --timeout)'{-t,--timeout}'[How long to wait for the answer\: milliseconds, or 10s, 2min.]:TIME:' \
        '(-j --json)'{-j,--json}'[Print the reply as one JSON line.]' \
        '--color[Whether to colour what is printed.]:WHEN:(auto always never)' \
        '(-h --help)'{-h,--help}'[Show this text.]' \
        '*:file:_files'
    ;;
scan)
    _arguments -s -S \
        '(-r --rules)'{-r,--rules}'[Rule packs. Without it\: $FILTERD_RULES_DIR, else where they are installed.]:DIR:_files -/' \
        '(-p --policy)'{-p,--policy}'[Whose thresholds hold.]:NAME:' \
        '--category[What to look for, words between commas.]:LIST:_sequence compadd - pii secret injection' \
        '--min-score[List findings from this score on, 0 to 1, beside those that are acted upon. Without it\: the thresholds of the policy.]:SCORE:' \
        '--threads[Threads that look. Without it\: one for each core.]:N:' \
        '(-j --json)'{-j,--json}'[Print a JSON object for each finding.]' \
        '--no-progress[Show no progress bar on the terminal.]' \
        '--color[Whether to colour what is printed.]:WHEN:(auto always never)' \
        '(-h --help)'{-h,--help}'[Show this text.]' \
        '*:file:_files'
    ;;
rules)
    _arguments -s -S \
        '(-r --rules)'{-r,--rules}'[Rule packs. Without it\: $FILTERD_RULES_DIR, else where they are installed.]:DIR:_files -/' \
        '(-j --json)'{-j,--json}'[list\: print a JSON object for each rule.]' \
        '(-h --help)'{-h,--help}'[Show this text.]' \
        '1:command:(check test list explain expand)' \
        '*:file:_files'
    ;;
reload)
    _arguments -s -S \
        '(-e --endpoint)'{-e,--endpoint}'[Where filterd listens\: ipc\://PATH or tcp\://HOST\:PORT. Without it\: $FILTERD_ENDPOINT, else ipc\:///run/filterd/filterd.sock.]:ENDPOINT:' \
        '(-c --control)'{-c,--control}'[The control socket. Without it\: the endpoint and '\''.ctl'\''.]:ENDPOINT:' \
        '(-t --timeout)'{-t,--timeout}'[How long to wait for the answer\: milliseconds, or 10s, 2min.]:TIME:' \
        '(-j --json)'{-j,--json}'[Print the answer as one JSON line.]' \
        '(-h --help)'{-h,--help}'[Show this text.]'
    ;;
status)
    _arguments -s -S \
        '(-e --endpoint)'{-e,--endpoint}'[Where filterd listens\: ipc\://PATH or tcp\://HOST\:PORT. Without it\: $FILTERD_ENDPOINT, else ipc\:///run/filterd/filterd.sock.]:ENDPOINT:' \
        '(-c --control)'{-c,--control}'[The control socket. Without it\: the endpoint and '\''.ctl'\''.]:ENDPOINT:' \
        '(-t --timeout)'{-t,--timeout}'[How long to wait for the answer\: milliseconds, or 10s, 2min.]:TIME:' \
        '(-j --json)'{-j,--json}'[Print the answer as one JSON line.]' \
        '(-h --help)'{-h,--help}'[Show this text.]'
    ;;
keygen)
    _arguments -s -S \
        '(-h --help)'{-h,--help}'[Show this text.]' \
        '*:file:_files'
    ;;
esac
