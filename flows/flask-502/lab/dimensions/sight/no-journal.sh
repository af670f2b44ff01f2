# title: there is no journalctl
# when: after
rm "$(command -v journalctl)"
