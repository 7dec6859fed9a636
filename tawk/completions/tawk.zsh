#compdef tawk
# Completions of tawk for zsh: options, columns of the files on the line, functions, ready programs.

_tawk() {
    local previous=${words[CURRENT - 1]} word
    local -a files names
    for word in ${words[2,-1]}; do
        [[ -f $word ]] && files+=("$word")
    done
    case $previous in
        -d | --describe)
            names=(${(f)"$(tawk --complete functions; tawk --complete programs)"})
            compadd -a names
            return
            ;;
        -e | --example)
            names=(${(f)"$(tawk --complete programs)"})
            compadd -a names
            return
            ;;
        --completions)
            compadd bash fish zsh
            return
            ;;
        -I | --input | -f | --file | --awk)
            _files
            return
            ;;
    esac
    if [[ $PREFIX == -* ]]; then
        compadd -- @OPTIONS@
        return
    fi
    # Within a program the last name is completed.
    if [[ $PREFIX == *[^A-Za-z0-9_]* || $PREFIX == '$'* ]]; then
        if compset -P '*[^A-Za-z0-9_$]' || true; then
            if [[ $PREFIX == ('\$'|'$')* ]]; then
                names=(${(f)"$(tawk --complete columns $files)"})
                compadd -Q -S '' -a names && return
            else
                names=(${(f)"$(tawk --complete functions)"})
                compadd -Q -S '(' -a names && return
            fi
        fi
    fi
    _files
}

if [ "$funcstack[1]" = "_tawk" ]; then
    _tawk "$@"
else
    compdef _tawk tawk
fi
