# The server of chapter 8, and the emulator that it may talk to (compose.yaml starts both).
#
#   docker build -t live-guide .
#
# Two stages: the first has pip, the second only what it installed.

FROM python:3.11-slim AS packages
WORKDIR /app
COPY pyproject.toml hatch_build.py README.md CHANGELOG.md LICENSE requirements.txt ./
COPY live_emulator ./live_emulator
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 guide \
 && mkdir /kept \
 && chown guide /kept
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
USER 10001
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app \
    LIVE_BRIDGE_FOLDER=/kept
VOLUME /kept
EXPOSE 8008
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8008/health', timeout=2)"]
# In a container, "this machine" is the container: listen on all of its addresses, and let
# compose.yaml publish the port on the host's own. The guard still answers to localhost alone.
CMD ["uvicorn", "--factory", "chapter_08.server:application", \
     "--host", "0.0.0.0", "--port", "8008", "--ws", "websockets-sansio", \
     "--ws-max-size", "1048576", "--no-access-log", "--log-level", "warning", \
     "--timeout-graceful-shutdown", "3"]
