# Sourced by run.sh in a bash of its own: completes a command line as bash does on Tab.
# shellcheck shell=bash

# completions LINE: prints what bash offers for the last word of LINE, one a line, sorted.
completions() {
  local line=$1 tool
  read -ra COMP_WORDS <<<"$line"
  if [[ $line == *' ' ]]; then COMP_WORDS+=(''); fi
  tool=${COMP_WORDS[0]}
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMP_LINE=$line
  COMP_POINT=${#line}
  COMPREPLY=()
  "_$tool" "$tool" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  if ((${#COMPREPLY[@]})); then printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort -u; fi
}
