# Run by run.sh: zsh -f complete.zsh FOLDER LINE. Prints what an interactive zsh offers on Tab for the last word of LINE,
# one match a line, sorted; FOLDER contains the completion functions.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; RPROMPT=; unsetopt zle_bracketed_paste 2>/dev/null; stty -echo columns 1000"
zpty -w shell "fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D"
# The matches are printed as they are added, which needs no understanding of what zsh draws.
zpty -w shell 'compadd() {
  [[ ${@[1,(i)(-|--)]} = *-(O|A|D)\ * ]] && { builtin compadd "$@"; return }
  local -a hits; builtin compadd -A hits "$@"; builtin compadd "$@"
  print -rl -- "" "MATCH ${^hits}"
}'
zpty -w shell 'finish() { zle complete-word; print -r -- "" "ALL""DONE" }; zle -N finish; bindkey "^I" finish'
zpty -w shell 'print READ""Y'
zpty -r shell line '*READY*'
zpty -w -n shell "$2"$'\t'
zpty -r shell output '*ALL*DONE*'
print -rl -- ${(M)${(f)output//$'\r'/}:#MATCH *} | sed 's/^MATCH //' | LC_ALL=C sort -u
zpty -d shell
