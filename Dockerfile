# One image for web, worker and beat; the command decides. Every setting comes from the environment.

FROM node:24-slim AS browser-packages
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/portal/staticfiles
WORKDIR /portal
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
COPY --from=browser-packages /portal/node_modules node_modules
# The settings have to load, but none of these servers is asked for anything.
RUN SECRET_KEY=build ALLOWED_HOSTS=build SITE_URL=http://build \
    DATABASE_URL=postgres://build REDIS_URL=redis://build EMAIL_URL=smtp://build \
    sh -c "python -m portal.translations && python manage.py collectstatic --no-input" \
 && useradd --create-home portal
USER portal
EXPOSE 8000
HEALTHCHECK --interval=10s --start-period=60s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8000/health/live', timeout=5)"]
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--access-logfile", "-"]
