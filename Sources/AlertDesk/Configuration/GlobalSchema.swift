/// The keys below `global:`.
enum GlobalSchema {
  static let table = FieldTable(
    fields: HTTPSchema.texts(
      "smtp_from", "smtp_hello", "smtp_auth_username", "smtp_auth_password", "smtp_auth_password_file",
      "smtp_auth_secret", "smtp_auth_secret_file", "smtp_auth_identity", "slack_api_url_file", "slack_app_token",
      "slack_app_token_file", "opsgenie_api_key", "opsgenie_api_key_file", "wechat_api_secret",
      "wechat_api_secret_file", "wechat_api_corp_id", "victorops_api_key", "victorops_api_key_file",
      "rocketchat_token", "rocketchat_token_file", "rocketchat_token_id", "rocketchat_token_id_file",
      "telegram_bot_token", "telegram_bot_token_file", "mattermost_webhook_url_file"
    ).merging([
      "resolve_timeout": .duration, "http_config": .table(HTTPSchema.client), "jira_api_url": .url,
      "smtp_smarthost": .hostPort, "smtp_require_tls": .flag, "smtp_tls_config": .table(HTTPSchema.tls),
      "smtp_force_implicit_tls": .flag, "slack_api_url": .secretURL, "slack_app_url": .url, "pagerduty_url": .url,
      "opsgenie_api_url": .url, "wechat_api_url": .url, "victorops_api_url": .url, "telegram_api_url": .url,
      "webex_api_url": .url, "rocketchat_api_url": .url, "mattermost_webhook_url": .secretURL,
    ]) { $1 },
    rules: [
      .atMostOne(["slack_api_url", "slack_api_url_file"]), .atMostOne(["opsgenie_api_key", "opsgenie_api_key_file"]),
      .atMostOne(["victorops_api_key", "victorops_api_key_file"]),
      .atMostOne(["smtp_auth_password", "smtp_auth_password_file"]),
      .atMostOne(["smtp_auth_secret", "smtp_auth_secret_file"]),
      .atMostOne(["rocketchat_token", "rocketchat_token_file"]),
      .atMostOne(["rocketchat_token_id", "rocketchat_token_id_file"]),
    ])
}
