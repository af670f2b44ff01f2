# title: nothing is broken; the pool was full and a worker was killed an hour ago
# symptom: The log of PHP-FPM is full of warnings
# cause: healthy
# covers: P7 P11
# variants: unix tcp
# difficulty: medium
# expect: 200
# fewest: 1
ago=$(date -d '1 hour ago' '+%d-%b-%Y %H:%M:%S')
old=$(date -d '1 hour ago' '+%Y/%m/%d %H:%M:%S')
before=$(cat "$LOG")
{
	echo "[$ago] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it"
	echo "[$ago] WARNING: [pool www] child 42 exited on signal 9 (SIGKILL) after 73.204173 seconds from start"
	echo "[$ago] NOTICE: [pool www] child 61 started"
	echo "$before"
} >"$LOG"
echo "$old [error] 51#51: *7 recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 127.0.0.1, server: example.com, request: \"GET / HTTP/1.1\", upstream: \"fastcgi://unix:/run/php/php8.2-fpm.sock:\", host: \"127.0.0.1\"" >>/var/log/nginx/error.log
ask
