# Completions of tawk for fish: options, columns of the files on the line, functions, ready programs.

# Files on the line.
function __tawk_files
    for word in (commandline --tokenize)[2..-1]
        test -f "$word"; and echo -- $word
    end
end

# Names behind what of the program is there.
function __tawk_names
    set -l word (string trim --left --chars "'\"" -- (commandline --current-token))
    set -l rest (string replace --regex -- '\$?[A-Za-z0-9_]*$' '' $word)
    if string match --quiet --regex -- '\$[A-Za-z0-9_]*$' $word
        for name in (tawk --complete columns (__tawk_files))
            echo -- $rest$name
        end
    else if test -n "$rest"
        for name in (tawk --complete functions)
            echo -- $rest$name'('
        end
    end
end

complete -c tawk -a '(__tawk_names)'
complete -c tawk -s d -l describe -x -a '(tawk --complete functions; tawk --complete programs)' -d 'Explain a function'
complete -c tawk -s e -l example -x -a '(tawk --complete programs)' -d 'Run a ready program'
complete -c tawk -l completions -x -a 'bash fish zsh' -d 'Write completions'
@OPTIONS@
