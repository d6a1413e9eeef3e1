#!/usr/bin/env bash
# nginx takes deploy/nginx as it is, with its paths moved to a scratch directory and ports that need no root.
source tests/deploy/check.sh
needs nginx
needs openssl

openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=example.org -keyout "$scratch/privkey.pem" \
  -out "$scratch/fullchain.pem" 2>/dev/null
cp deploy/nginx/plexus_proxy.conf "$scratch"
sed -e "s#/etc/plexus/tls#$scratch#; s#/etc/nginx#$scratch#; s#listen \[::\]:#listen [::1]:#" \
  -e "s#443 ssl#18443 ssl#; s#8448 ssl#18448 ssl#" deploy/nginx/plexus.conf >"$scratch/plexus.conf"

check() {
  cat >"$scratch/nginx.conf" <<CONF
pid $scratch/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path $scratch/body;
  proxy_temp_path $scratch/proxy;
  fastcgi_temp_path $scratch/fastcgi;
  uwsgi_temp_path $scratch/uwsgi;
  scgi_temp_path $scratch/scgi;
  include $scratch/plexus.conf;
}
CONF
  nginx -t -q -c "$scratch/nginx.conf"
}

check || fail "nginx -t refuses deploy/nginx/plexus.conf"
echo 'proxy_no_such_directive on;' >>"$scratch/plexus_proxy.conf"
! check 2>/dev/null || fail "nginx -t does not read plexus_proxy.conf, so this check sees nothing"
