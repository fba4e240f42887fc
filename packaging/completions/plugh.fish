# SPDX-License-Identifier: MIT
# fish completion for plugh. Installed in vendor_completions.d, where fish finds it when it is needed;
# `plugh completion fish | source` works too.
#
# It knows no option: `plugh complete fish` answers from the plugins' manifests.

function __plugh_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # NAME=VALUE before the command is no word of it.
    while string match -qr '^[A-Za-z_][A-Za-z_0-9]*=' -- $words[1]
        set -e words[1]
    end
    set -l plugh (string replace -r '^~/' "$HOME/" -- $words[1])
    # An unfinished quote cannot be unescaped; its text can.
    set -l typed (string unescape -- $current; or string replace -ra '["\'\\\\]' '' -- $current)
    set -l answer ($plugh complete fish (count $words) $words "$typed" 2>/dev/null)
    set -q answer[1]; or return
    set -l kinds (string split ' ' -- $answer[1])
    set -l prefix $answer[2]

    # The words from the N-th on belong to another command.
    if test $kinds[1] = command
        set -l at (math $kinds[2] + 1)
        set -l other
        test $at -le (count $words); and set other (string escape -- $words[$at..-1])
        complete -C (string join ' ' -- $other "$current")
        return
    end

    set -l lines
    test (count $answer) -gt 2; and set lines $answer[3..-1]
    set -l value (string sub -s (math (string length -- "$prefix") + 1) -- "$current")
    if contains files $kinds
        set -a lines (__fish_complete_path "$value")
    else if contains directories $kinds
        set -a lines (__fish_complete_directories "$value" '')
    end
    contains hosts $kinds; and set -a lines (__fish_print_hostnames)
    for line in $lines
        printf '%s%s\n' "$prefix" "$line"
    end
end

complete -c plugh -f -a '(__plugh_complete)'
