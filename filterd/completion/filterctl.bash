# bash completion for filterctl and filterd, made by 'make generate'           -*- shell-script -*-
_filterctl() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
    case $COMP_CWORD:${COMP_WORDS[1]} in
    1:*) words="inspect scan rules reload status keygen --help --version" ;;
    *:inspect)
        case $previous in
        --endpoint | -e) return ;;
        --server-key) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --client-key) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --rules | -r) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --policy | -p) return ;;
        --role) words="user system developer tool document assistant tool_definition" ;;
        --return) words="findings redacted sanitized isolated text names" ;;
        --isolate) words="delimit datamark encode" ;;
        --family) return ;;
        --min-score) return ;;
        --timeout | -t) return ;;
        --color) words="auto always never" ;;
        *)
            words="--endpoint --server-key --client-key --local --rules --policy --role --return --isolate --family --min-score --timeout --json --color --help"
            ;;
        esac
        ;;
    *:scan)
        case $previous in
        --rules | -r) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --policy | -p) return ;;
        --category) words="pii secret injection" ;;
        --min-score) return ;;
        --threads) return ;;
        --color) words="auto always never" ;;
        *)
            words="--rules --policy --category --min-score --threads --json --no-progress --color --help"
            ;;
        esac
        ;;
    *:rules)
        case $previous in
        --rules | -r) COMPREPLY=($(compgen -d -- "$word")); return ;;
        *)
            words="check test list explain expand --rules --json --help"
            ;;
        esac
        ;;
    *:reload)
        case $previous in
        --endpoint | -e) return ;;
        --control | -c) return ;;
        --timeout | -t) return ;;
        *)
            words="--endpoint --control --timeout --json --help"
            ;;
        esac
        ;;
    *:status)
        case $previous in
        --endpoint | -e) return ;;
        --control | -c) return ;;
        --timeout | -t) return ;;
        *)
            words="--endpoint --control --timeout --json --help"
            ;;
        esac
        ;;
    *:keygen)
        case $previous in
        *)
            words="--help"
            ;;
        esac
        ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [[ $word != -* && $COMP_CWORD -gt 1 ]] && COMPREPLY+=($(compgen -f -- "$word"))
}
complete -F _filterctl filterctl
_filterd() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=
        case $previous in
        --endpoint | -e) return ;;
        --rules | -r) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --config | -c) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --control) return ;;
        --cache) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --user) return ;;
        --sandbox) words="auto required off" ;;
        --workers | -w) return ;;
        *)
            words="--endpoint --rules --config --control --cache --user --sandbox --workers --check --verbose --quiet --help --version"
            ;;
        esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [[ $word != -* && $COMP_CWORD -gt 0 ]] && COMPREPLY+=($(compgen -f -- "$word"))
}
complete -F _filterd filterd
