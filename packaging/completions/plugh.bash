# SPDX-License-Identifier: MIT
# bash completion for plugh. Installed as completions/plugh of bash-completion, which loads it when
# it is needed; `source <(plugh completion bash)` works too, also without bash-completion.
#
# It knows no option: `plugh complete bash` answers from the plugins' manifests.

# Ask with the words up to the cursor. bash splits words at = and :, which plugh does not, so what no
# blank stands between is joined again.
#   words, at  the words, and the place of each one's first part in COMP_WORDS
#   cur, lead  the last word, and what of it stands before the part that readline completes
#   answer     the lines of the answer
_plugh_ask()
{
	local rest=${COMP_LINE:0:${COMP_POINT:-0}} part blank=' ' i
	# Before the program there may be NAME=VALUE.
	rest=${COMP_WORDS[0]}${rest#*"${COMP_WORDS[0]}"}
	words=() at=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		part=${COMP_WORDS[i]}
		if [[ -n ${COMP_LINE-} ]]; then
			blank=${rest%%[![:space:]]*}
			rest=${rest#"$blank"}
			part=${part:0:${#rest}}
			rest=${rest#"$part"}
		fi
		if [[ $i -eq 0 || -n $blank ]]; then
			words+=("$part") at+=("$i") lead=''
		else
			# A part that only separates is not completed itself.
			lead=${words[-1]}
			[[ -n ${part//[=:@]/} ]] || lead+=$part
			words[-1]+=$part
		fi
	done
	cur=${words[-1]}
	mapfile -t answer < <("${1/#\~\//$HOME/}" complete bash "$((${#words[@]} - 1))" \
		"${words[@]}" 2>/dev/null)
}

# The words from the N-th on belong to another command.
_plugh_other_command()
{
	if declare -F _command_offset >/dev/null; then
		_command_offset "${at[$1]:-$COMP_CWORD}"
	elif (($1 == ${#words[@]} - 1)); then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	else
		compopt -o default 2>/dev/null
	fi
}

# Add what the shell knows: files, directories, hosts. $cur is the value alone.
_plugh_add()
{
	local cur=${cur#"$prefix"} option=-f
	case " $kinds " in
	*' hosts '*)
		if declare -F _known_hosts_real >/dev/null; then
			_known_hosts_real -- "$cur"
		else
			mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur")
		fi
		;;&
	*' directories '*) option=-d ;;&
	*' files '* | *' directories '*)
		if declare -F _filedir >/dev/null; then
			[[ $option == -d ]] && _filedir -d || _filedir
		else
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen "$option" -- "$cur")
		fi
		;;
	esac
}

_plugh()
{
	local cur lead kinds prefix text i
	local -a words at answer added
	COMPREPLY=()
	_plugh_ask "${1:-plugh}"
	kinds=${answer[0]-} prefix=${answer[1]-}
	case $kinds in
	'' | none) ;;
	command\ *)
		_plugh_other_command "${kinds#command }"
		return
		;;
	*) _plugh_add ;;
	esac
	# readline replaces what follows $lead only.
	for i in "${!COMPREPLY[@]}"; do
		text=$prefix${COMPREPLY[i]}
		COMPREPLY[i]=${text#"$lead"}
	done
	for text in "${answer[@]:2}"; do
		text=$prefix$text
		text=${text#"$lead"}
		# Inside of quotes readline does the quoting.
		[[ ${cur#"$lead"} == [\"\']* ]] || printf -v text %q "$text"
		COMPREPLY+=("$text")
	done
} && complete -F _plugh plugh
