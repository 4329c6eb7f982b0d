#!/bin/sh
# Installs or upgrades Nhịp Cầu from this folder, without internet. As root:
#
#   tar xf nhipcau-….tar.gz && sh nhipcau-…/install.sh && nhipcau setup
#
# Each release lies in a folder of its own below /opt/nhipcau/release; /opt/nhipcau/bin points to the
# one in use. To go back: ln -sfn release/EARLIER/bin /opt/nhipcau/bin && systemctl restart nhipcau
#
# PREFIX=DIR installs there, and touches nothing else of the system.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$here")
prefix=${PREFIX:-/opt/nhipcau}
wanted=$(cat "$here/PYTHON")
python=${PYTHON:-python3}

has=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)
if [ "$has" != "$wanted" ]; then
    echo "Cần Python $wanted, máy này có: $has. / Python $wanted is needed, found: $has." >&2
    exit 1
fi

release=$prefix/release/$name
if [ ! -e "$release/.whole" ]; then
    rm -rf "$release"
    mkdir -p "$prefix/release"
    "$python" -m venv --without-pip "$release"
    # pip runs from its own wheel: a bare Debian has none.
    "$python" "$(echo "$here"/wheels/pip-*.whl)/pip" --python "$release/bin/python" install --quiet \
        --no-index --find-links "$here/wheels" --disable-pip-version-check \
        "$(echo "$here"/wheels/nhipcau-*.whl)[server,agent]"
    mkdir -p "$release/share/doc"
    cp -R "$here/doc" "$release/share/doc/nhipcau"
    cp -R "$here/deploy" "$release/share/doc/nhipcau/deploy"
    touch "$release/.whole"
fi
ln -sfn "release/$name/bin" "$prefix/bin"
ln -sfn "release/$name/share" "$prefix/share"
echo "nhipcau $("$prefix/bin/nhipcau" version): $release"
[ -z "${PREFIX:-}" ] || exit 0

id nhipcau >/dev/null 2>&1 ||
    useradd --system --home-dir /var/lib/nhipcau --shell /usr/sbin/nologin nhipcau
install -d -m 0700 -o nhipcau -g nhipcau /var/lib/nhipcau
install -d -m 0750 -o nhipcau -g nhipcau /etc/nhipcau
# What root types runs as the service's user, with its settings.
cat >/usr/local/bin/nhipcau <<'WRAPPER'
#!/bin/sh
set -- --config /etc/nhipcau/nhipcau.toml --data /var/lib/nhipcau "$@"
[ -e /etc/nhipcau/nhipcau.toml ] || case " $* " in *" setup "*) ;; *)
    echo "Trước hết: nhipcau setup / First: nhipcau setup" >&2; exit 1 ;;
esac
[ "$(id -u)" = 0 ] && exec runuser -u nhipcau -- /opt/nhipcau/bin/nhipcau "$@"
exec /opt/nhipcau/bin/nhipcau "$@"
WRAPPER
chmod 0755 /usr/local/bin/nhipcau
cp "$here"/deploy/systemd/*.service /etc/systemd/system/
systemctl daemon-reload
if systemctl --quiet is-active nhipcau; then
    # Devices come back within five seconds; picture and sound go on in the relay.
    systemctl restart nhipcau
    echo "Đã nâng cấp. Sau buổi sinh hoạt: systemctl restart nhipcau-relay nhipcau-judge"
    echo "Upgraded. After the session: systemctl restart nhipcau-relay nhipcau-judge"
else
    echo "Tiếp theo / next: nhipcau setup && systemctl enable --now nhipcau"
fi
