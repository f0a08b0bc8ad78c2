#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one typed function for each kind of
// argument. The casts matter: a variadic call does not convert.
static inline CURLcode tocsin_curl_set_number(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tocsin_curl_set_size(CURL *easy, CURLoption option, long long value) {
  return curl_easy_setopt(easy, option, (curl_off_t)value);
}
static inline CURLcode tocsin_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode tocsin_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}
typedef size_t (*tocsin_curl_receiver)(char *, size_t, size_t, void *);
static inline CURLcode tocsin_curl_set_receiver(CURL *easy, CURLoption option, tocsin_curl_receiver value) {
  return curl_easy_setopt(easy, option, value);
}
// libcurl copies the bytes.
static inline CURLcode tocsin_curl_set_bytes(CURL *easy, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(easy, option, &blob);
}
static inline CURLcode tocsin_curl_get_number(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode tocsin_curl_get_size(CURL *easy, CURLINFO info, long long *value) {
  curl_off_t size = 0;
  CURLcode code = curl_easy_getinfo(easy, info, &size);
  *value = size;
  return code;
}

enum { tocsin_curl_error_length = CURL_ERROR_SIZE };
static inline long tocsin_curl_http_1_1(void) { return CURL_HTTP_VERSION_1_1; }
static inline long tocsin_curl_http_2_over_tls(void) { return CURL_HTTP_VERSION_2TLS; }
static inline size_t tocsin_curl_pause(void) { return CURL_WRITEFUNC_PAUSE; }
static inline int tocsin_curl_continue(void) { return CURLPAUSE_CONT; }
static inline long tocsin_curl_global_default(void) { return CURL_GLOBAL_DEFAULT; }
