# Redis, on a UNIX socket, with nothing on disk.

redis_answers() { [[ $(redis-cli -s /run/redis/redis.sock ping 2>/dev/null) == PONG ]]; }

start_redis() {
  install -d -o redis -g redis -m 750 /run/redis
  start redis redis redis-server --port 0 --unixsocket /run/redis/redis.sock --unixsocketperm 770 --save '' \
    --appendonly no --dir /run/redis --loglevel warning
  wait_until 30 redis redis_answers
}
