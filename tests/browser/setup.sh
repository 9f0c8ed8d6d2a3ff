#!/usr/bin/env bash
# Installs what the browser tests need: Chromium (on Debian) and the packages of package.json.
set -euo pipefail
cd "$(dirname "$0")"
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq chromium >/dev/null
fi
PUPPETEER_SKIP_DOWNLOAD=true npm ci --no-audit --no-fund
