# title: root may not look into other users' processes, as in a container by default
# without: SYS_PTRACE
