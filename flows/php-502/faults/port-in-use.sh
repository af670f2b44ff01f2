# title: another program listens on the pool's port 9000
# symptom: Every page answers 502 since a debugging tool was installed
# cause: port-in-use
# covers: P17
# variants: tcp
# difficulty: medium
# expect: 502
# fewest: 2
systemctl stop php8.2-fpm
cat >/etc/systemd/system/debug-listener.service <<'UNIT'
[Unit]
Description=Listener of the step debugger

[Service]
ExecStart=/usr/bin/php -r '$$s = stream_socket_server("tcp://127.0.0.1:9000"); while ($$c = stream_socket_accept($$s, -1)) fclose($$c);'
UNIT
systemctl daemon-reload
systemctl start debug-listener
await sh -c 'ss -Hltn "sport = :9000" | grep -q .'
restart_fails
ask
