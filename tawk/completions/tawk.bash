# Completions of tawk for bash: options, columns of the files on the line, functions, ready programs.

_tawk() {
    local current=${COMP_WORDS[COMP_CWORD]} previous= word rest list
    local -a files=()
    COMPREPLY=()
    [ "$COMP_CWORD" -gt 0 ] && previous=${COMP_WORDS[COMP_CWORD - 1]}
    for word in "${COMP_WORDS[@]:1}"; do
        [ -f "$word" ] && files+=("$word")
    done
    case $previous in
        -d | --describe)
            mapfile -t COMPREPLY < <(compgen -W "$(tawk --complete functions; tawk --complete programs)" -- "$current")
            return
            ;;
        -e | --example)
            mapfile -t COMPREPLY < <(compgen -W "$(tawk --complete programs)" -- "$current")
            return
            ;;
        --completions)
            mapfile -t COMPREPLY < <(compgen -W "bash fish zsh" -- "$current")
            return
            ;;
        -I | --input | -f | --file | --awk)
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            return
            ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "@OPTIONS@" -- "$current")
        return
    fi
    # Within a program the last name is completed; a quote in front belongs to the shell.
    word=${current#[\'\"]}
    if [[ $word =~ ^(.*[^A-Za-z0-9_\$])?(\$?[A-Za-z_][A-Za-z0-9_]*|\$)$ ]] && [[ $current != "$word" || $word == *\$* ]]; then
        rest=${BASH_REMATCH[1]} word=${BASH_REMATCH[2]}
        list=$(tawk --complete columns "${files[@]}")
        [[ $word == \$* ]] || list=$(tawk --complete functions | sed 's/$/(/')
        mapfile -t COMPREPLY < <(printf '%s\n' "$list" | while IFS= read -r name; do
            [[ $name == "$word"* ]] && printf '%s\n' "$rest$name"
        done)
        compopt -o nospace 2>/dev/null
        [ "${#COMPREPLY[@]}" -gt 0 ] && return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

complete -o filenames -o bashdefault -F _tawk tawk
