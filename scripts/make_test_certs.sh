#!/usr/bin/env bash
# Makes the certificates that tests use (tests/support/certs), valid for 100 years. They protect
# nothing: their keys are public. Run again only if one must change.
set -eu
cd "$(dirname "$0")/../tests/support/certs"
days=36500

authority() { # NAME SUBJECT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$days" \
    -keyout "$1.key" -out "$1.pem" -subj "/CN=$2" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
}

leaf() { # NAME CA SUBJECT USAGE [ALT NAMES]
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$3"
  {
    echo "basicConstraints=critical,CA:FALSE"
    echo "keyUsage=critical,digitalSignature"
    echo "extendedKeyUsage=$4"
    [ -z "${5:-}" ] || echo "subjectAltName=$5"
  } >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$days" -extfile "$1.ext" -out "$1.pem"
  rm "$1.csr" "$1.ext"
}

here="DNS:localhost,IP:127.0.0.1,IP:::1"
authority ca "Zap Edge test authority"
authority other_ca "Zap Edge untrusted authority"
leaf server ca "localhost" serverAuth "$here"
leaf server_next ca "localhost, the certificate after a rotation" serverAuth "$here"
leaf server_other_name ca "elsewhere.test" serverAuth "DNS:elsewhere.test"
leaf untrusted other_ca "localhost" serverAuth "$here"
leaf client ca "Zap Edge test client" clientAuth
leaf untrusted_client other_ca "Zap Edge untrusted client" clientAuth
rm -f ./*.srl ca.key other_ca.key
