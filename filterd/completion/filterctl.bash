# bash completion for filterctl and filterd                              -*- shell-script -*-
_filterctl() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local words=
    case $previous in
    --role) words="user system developer tool document assistant" ;;
    --isolate) words="delimit datamark encode" ;;
    --color) words="auto always never" ;;
    --category) words="pii secret injection" ;;
    -r | --rules | --cache) COMPREPLY=($(compgen -d -- "$word")); return ;;
    -c | --config | --server-key | --client-key) COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    if [[ -z $words && $COMP_CWORD -eq 1 ]]; then
        words="inspect scan rules reload status keygen --help --version"
    elif [[ -z $words ]]; then
        case $command in
        inspect) words="--endpoint --server-key --client-key --local --rules --policy --role --return --isolate --family --min-score --timeout --json --color --help" ;;
        scan) words="--rules --policy --category --min-score --threads --json --no-progress --color --help" ;;
        rules) words="check test list explain expand --rules --json --help" ;;
        reload | status) words="--endpoint --control --timeout --json --help" ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [[ $word != -* && $COMP_CWORD -gt 1 ]] && COMPREPLY+=($(compgen -f -- "$word"))
}
complete -F _filterctl filterctl

_filterd() {
    local word=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=($(compgen -W "--endpoint --rules --config --control --cache --workers --check --verbose --quiet --help --version" -- "$word"))
    [[ $word != -* ]] && COMPREPLY+=($(compgen -f -- "$word"))
}
complete -F _filterd filterd
