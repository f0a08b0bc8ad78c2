/// What a receiver may consist of: each integration of Alertmanager with its keys, and what it does by default.
struct IntegrationSchema: Sendable {
  var table: FieldTable
  /// Whether it tells of resolved alerts unless `send_resolved` says otherwise.
  var sendsResolved: Bool
  /// Own keys of which one must be given, or one of the global ones.
  var globalFallbacks: [(own: [String], global: [String])] = []

  private init(
    _ names: [String], _ others: [String: FieldKind] = [:], sendsResolved: Bool = true, rules: [FieldTable.Rule] = [],
    globalFallbacks: [(own: [String], global: [String])] = []
  ) {
    var fields: [String: FieldKind] = ["send_resolved": .flag, "http_config": .table(HTTPSchema.client)]
    for name in names { fields[name] = .text }
    table = FieldTable(fields: fields.merging(others) { $1 }, rules: rules)
    self.sendsResolved = sendsResolved
    self.globalFallbacks = globalFallbacks
  }

  static let all: [String: IntegrationSchema] = chats.merging(pagers) { $1 }.merging(others) { $1 }

  private static let webhookURL: [String: FieldKind] = ["webhook_url": .secretURL, "webhook_url_file": .text]
  private static let webhookURLRules: [FieldTable.Rule] = [
    .needsOneOf(["webhook_url", "webhook_url_file"]), .atMostOne(["webhook_url", "webhook_url_file"]),
  ]
  private static let slackField = FieldTable(
    fields: ["title": .text, "value": .text, "short": .flag], rules: [.needsOneOf(["title"]), .needsOneOf(["value"])])
  private static let slackAction = FieldTable(
    fields: HTTPSchema.texts("type", "text", "url", "style", "name", "value").merging([
      "confirm": .table(
        FieldTable(
          fields: HTTPSchema.texts("text", "title", "ok_text", "dismiss_text"), rules: [.needsOneOf(["text"])]))
    ]) { $1 },
    rules: [.needsOneOf(["type"]), .needsOneOf(["text"]), .needsOneOf(["url", "name"])])

  private static let chats: [String: IntegrationSchema] = [
    "slack_configs": IntegrationSchema(
      [
        "api_url_file", "app_token", "app_token_file", "channel", "username", "color", "title", "title_link", "pretext",
        "text", "footer", "fallback", "callback_id", "icon_emoji", "icon_url", "image_url", "thumb_url", "message_text",
      ],
      [
        "api_url": .secretURL, "app_url": .url, "fields": .tables(slackField), "short_fields": .flag,
        "link_names": .flag, "mrkdwn_in": .textList, "actions": .tables(slackAction), "update_message": .flag,
        "timeout": .goDuration,
      ], sendsResolved: false, rules: [.atMostOne(["api_url", "api_url_file"])],
      globalFallbacks: [
        (
          ["api_url", "api_url_file", "app_token", "app_token_file"],
          ["slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"]
        )
      ]),
    "discord_configs": IntegrationSchema(
      ["content", "title", "message", "username", "avatar_url"], webhookURL, rules: webhookURLRules),
    "msteams_configs": IntegrationSchema(["title", "summary", "text"], webhookURL, rules: webhookURLRules),
    "msteamsv2_configs": IntegrationSchema(["title", "text"], webhookURL, rules: webhookURLRules),
    "mattermost_configs": IntegrationSchema(
      [
        "channel", "username", "text", "fallback", "color", "pretext", "author_name", "author_link", "author_icon",
        "title", "title_link", "thumb_url", "footer", "footer_icon", "image_url", "icon_url", "icon_emoji", "type",
      ],
      webhookURL.merging([
        "attachments": .anything, "props": .anything, "priority": .anything, "fields": .tables(slackField),
      ]) { $1 }, rules: webhookURLRules),
    "webex_configs": IntegrationSchema(["message", "room_id"], ["api_url": .url], rules: [.needsOneOf(["room_id"])]),
    "telegram_configs": IntegrationSchema(
      ["bot_token", "bot_token_file", "message", "parse_mode", "chat_id_file"],
      ["api_url": .url, "chat_id": .integer, "message_thread_id": .integer, "disable_notifications": .flag],
      rules: [
        .needsOneOf(["bot_token", "bot_token_file"]), .atMostOne(["bot_token", "bot_token_file"]),
        .needsOneOf(["chat_id", "chat_id_file"]), .choice("parse_mode", ["", "Markdown", "MarkdownV2", "HTML"]),
      ]),
    "rocketchat_configs": IntegrationSchema(
      [
        "token_id", "token_id_file", "token", "token_file", "channel", "color", "title", "title_link", "text", "emoji",
        "icon_url", "image_url", "thumb_url",
      ],
      [
        "api_url": .url, "fields": .anything, "short_fields": .flag, "link_names": .flag, "actions": .anything,
      ], sendsResolved: false,
      rules: [.atMostOne(["token", "token_file"]), .atMostOne(["token_id", "token_id_file"])],
      globalFallbacks: [
        (["token_id", "token_id_file"], ["rocketchat_token_id", "rocketchat_token_id_file"]),
        (["token", "token_file"], ["rocketchat_token", "rocketchat_token_file"]),
      ]),
    "wechat_configs": IntegrationSchema(
      [
        "api_secret", "api_secret_file", "corp_id", "message", "to_user", "to_party", "to_tag", "agent_id",
        "message_type",
      ], ["api_url": .url], sendsResolved: false, rules: [.choice("message_type", ["", "text", "markdown"])],
      globalFallbacks: [
        (["api_secret", "api_secret_file"], ["wechat_api_secret", "wechat_api_secret_file"]),
        (["corp_id"], ["wechat_api_corp_id"]),
      ]),
  ]

  private static let pagers: [String: IntegrationSchema] = [
    "pagerduty_configs": IntegrationSchema(
      [
        "service_key", "service_key_file", "routing_key", "routing_key_file", "client", "client_url", "description",
        "source", "severity", "class", "component", "group",
      ],
      [
        "url": .url, "details": .anything, "timeout": .goDuration,
        "images": .tables(FieldTable(fields: HTTPSchema.texts("src", "alt", "href"))),
        "links": .tables(FieldTable(fields: HTTPSchema.texts("href", "text"))),
      ],
      rules: [
        .needsOneOf(["service_key", "routing_key", "service_key_file", "routing_key_file"]),
        .atMostOne(["routing_key", "routing_key_file"]), .atMostOne(["service_key", "service_key_file"]),
      ]),
    "opsgenie_configs": IntegrationSchema(
      [
        "api_key", "api_key_file", "message", "description", "source", "entity", "actions", "tags", "note", "priority",
      ],
      [
        "api_url": .url, "details": .textMap, "update_alerts": .flag,
        "responders": .tables(
          FieldTable(
            fields: HTTPSchema.texts("id", "name", "username", "type"),
            rules: [.needsOneOf(["id", "username", "name"]), .needsOneOf(["type"])])),
      ], rules: [.atMostOne(["api_key", "api_key_file"])],
      globalFallbacks: [(["api_key", "api_key_file"], ["opsgenie_api_key", "opsgenie_api_key_file"])]),
    "victorops_configs": IntegrationSchema(
      [
        "api_key", "api_key_file", "routing_key", "message_type", "state_message", "entity_display_name",
        "monitoring_tool",
      ], ["api_url": .url, "custom_fields": .textMap],
      rules: [.needsOneOf(["routing_key"]), .atMostOne(["api_key", "api_key_file"])],
      globalFallbacks: [(["api_key", "api_key_file"], ["victorops_api_key", "victorops_api_key_file"])]),
    "pushover_configs": IntegrationSchema(
      [
        "user_key", "user_key_file", "token", "token_file", "title", "message", "url", "url_title", "device", "sound",
        "priority",
      ],
      ["retry": .goDuration, "expire": .goDuration, "ttl": .goDuration, "html": .flag, "monospace": .flag],
      rules: [
        .needsOneOf(["user_key", "user_key_file"]), .atMostOne(["user_key", "user_key_file"]),
        .needsOneOf(["token", "token_file"]), .atMostOne(["token", "token_file"]),
      ]),
    "incidentio_configs": IntegrationSchema(
      ["url_file", "alert_source_token", "alert_source_token_file"],
      ["url": .url, "max_alerts": .unsigned, "timeout": .goDuration, "metadata": .textMap],
      rules: [.needsOneOf(["url", "url_file"]), .atMostOne(["url", "url_file"])]),
    "jira_configs": IntegrationSchema(
      [
        "project", "priority", "issue_type", "reopen_transition", "resolve_transition", "wont_fix_resolution",
        "api_type",
      ],
      [
        "api_url": .url, "summary": .anything, "description": .anything, "labels": .textList,
        "reopen_duration": .duration, "fields": .anything,
      ], rules: [.needsOneOf(["project"]), .needsOneOf(["issue_type"])],
      globalFallbacks: [(["api_url"], ["jira_api_url"])]),
  ]

  private static let others: [String: IntegrationSchema] = [
    "webhook_configs": IntegrationSchema(
      ["url_file"],
      ["url": .secretURL, "max_alerts": .unsigned, "timeout": .goDuration, "payload": .anything],
      rules: [.needsOneOf(["url", "url_file"]), .atMostOne(["url", "url_file"])]),
    "email_configs": IntegrationSchema(
      [
        "to", "from", "hello", "auth_username", "auth_password", "auth_password_file", "auth_secret",
        "auth_secret_file", "auth_identity", "html", "text",
      ],
      [
        "smarthost": .hostPort, "headers": .textMap, "require_tls": .flag, "tls_config": .table(HTTPSchema.tls),
        "force_implicit_tls": .flag, "threading": .anything,
      ], sendsResolved: false, rules: [.needsOneOf(["to"])],
      globalFallbacks: [(["smarthost"], ["smtp_smarthost"]), (["from"], ["smtp_from"])]),
    "sns_configs": IntegrationSchema(
      ["api_url", "topic_arn", "phone_number", "target_arn", "subject", "message"],
      [
        "attributes": .textMap,
        "sigv4": .table(
          FieldTable(
            fields: HTTPSchema.texts("region", "access_key", "secret_key", "profile", "role_arn", "external_id")
              .merging([
                "use_fips_sts_endpoint": .flag
              ]) { $1 })),
      ], rules: [.needsOneOf(["topic_arn", "phone_number", "target_arn"])]),
  ]
}
