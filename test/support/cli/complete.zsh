# What zsh offers for lines: complete.zsh SCRIPT LINE…
# A line "--" ends what is offered for each. One shell takes all lines: zsh needs a second to start.
zmodload zsh/zpty zsh/zselect
export offered=$(mktemp) ended=$(mktemp)
export script=$1
zpty shell zsh -f -i
zpty -w shell 'PS1="" PS2="" LISTMAX=9999; autoload -Uz compinit; compinit -D -u; source $script
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> $offered; builtin compadd "$@"
}
zle -C offer list-choices _main_complete; bindkey "^I" offer
finish() { BUFFER=; print . > $ended }; zle -N finish; bindkey "^N" finish'
shift
for line; do
  : > $offered > $ended
  zpty -w -n shell $line$'\t\x0e'
  # What the shell shows is read, so that it can go on.
  until [[ -s $ended ]]; do zpty -rt shell shown || zselect -t 1; done
  sort -u $offered
  print -r -- --
done
rm $offered $ended
