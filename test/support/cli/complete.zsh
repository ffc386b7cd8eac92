# What zsh offers for a line: complete.zsh SCRIPT LINE
zmodload zsh/zpty
export offered=$(mktemp)
export script=$1
zpty shell zsh -f -i
zpty -w shell 'PS1="" PS2=""; autoload -Uz compinit; compinit -D -u; source $script
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> $offered; builtin compadd "$@"
}
zle -C offer list-choices _main_complete; bindkey "^I" offer; leave() { exit }; zle -N leave; bindkey "^X" leave'
zpty -w -n shell "$2"$'\t\x18'
while zpty -r shell line; do :; done
sort -u $offered; rm $offered
