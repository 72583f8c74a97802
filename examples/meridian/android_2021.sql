-- The same at an earlier state: fewer tables (no LID map, no past members, no edits), fewer columns, as about 2021-22.
CREATE TABLE android_metadata (
  locale TEXT
);
CREATE TABLE props (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT, value TEXT
);
CREATE TABLE jid (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL, agent INTEGER, device
  INTEGER, type INTEGER, raw_string TEXT
);
CREATE UNIQUE INDEX jid_key_new_index ON jid ( user, server, agent, device, type);
CREATE UNIQUE INDEX jid_raw_string_index ON jid ( raw_string);
CREATE TABLE chat (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER, hidden INTEGER, subject TEXT, created_timestamp
  INTEGER, display_message_row_id INTEGER, last_message_row_id INTEGER, last_read_message_row_id INTEGER,
  last_read_receipt_sent_message_row_id INTEGER, last_important_message_row_id INTEGER, archived INTEGER,
  sort_timestamp INTEGER, mod_tag INTEGER, gen REAL, spam_detection INTEGER,
  unseen_earliest_message_received_time INTEGER, unseen_message_count INTEGER, unseen_missed_calls_count
  INTEGER, unseen_row_count INTEGER, plaintext_disabled INTEGER, vcard_ui_dismissed INTEGER,
  change_number_notified_message_row_id INTEGER, show_group_description INTEGER, ephemeral_expiration INTEGER,
  last_read_ephemeral_message_row_id INTEGER, ephemeral_setting_timestamp INTEGER,
  unseen_important_message_count INTEGER NOT NULL DEFAULT 0, group_type INTEGER NOT NULL DEFAULT 0,
  last_message_reaction_row_id INTEGER, last_seen_message_reaction_row_id INTEGER, unseen_message_reaction_count
  INTEGER, last_read_message_sort_id INTEGER, display_message_sort_id INTEGER, last_message_sort_id INTEGER,
  last_read_receipt_sent_message_sort_id INTEGER
);
CREATE INDEX chat_group_type_index ON chat (group_type);
CREATE INDEX chat_hidden_index ON chat (hidden);
CREATE TABLE message (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, key_id TEXT NOT
  NULL, sender_jid_row_id INTEGER, status INTEGER, broadcast INTEGER, recipient_count INTEGER, participant_hash
  TEXT, origination_flags INTEGER, origin INTEGER, timestamp INTEGER, received_timestamp INTEGER,
  receipt_server_timestamp INTEGER, message_type INTEGER, text_data TEXT, starred INTEGER, lookup_tables
  INTEGER, sort_id INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX message_chat_id_index ON message (chat_row_id,_id);
CREATE INDEX message_chat_sort_id_index ON message (chat_row_id, sort_id);
CREATE UNIQUE INDEX message_key_index on message (chat_row_id, from_me, key_id, sender_jid_row_id);
CREATE INDEX message_sort_id_index ON message (sort_id);
CREATE INDEX message_starred_index on message (starred);
CREATE INDEX message_starred_sort_id_index ON message (starred, sort_id);
CREATE INDEX message_type_chat_index on message (chat_row_id, message_type);
CREATE INDEX message_type_index ON message(message_type);
CREATE TABLE message_text (
  message_row_id INTEGER PRIMARY KEY, description TEXT, page_title TEXT, url TEXT, font_style INTEGER,
  text_color INTEGER, background_color INTEGER, preview_type INTEGER, invite_link_group_type INTEGER NOT NULL
  DEFAULT 0, counter_abuse_token TEXT
);
CREATE TABLE message_media (
  message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, autotransfer_retry_enabled INTEGER, multicast_id
  TEXT, media_job_uuid TEXT, transferred INTEGER, transcoded INTEGER, file_path TEXT, file_size INTEGER,
  suspicious_content INTEGER, trim_from INTEGER, trim_to INTEGER, face_x INTEGER, face_y INTEGER, media_key
  BLOB, media_key_timestamp INTEGER, width INTEGER, height INTEGER, has_streaming_sidecar INTEGER,
  gif_attribution INTEGER, thumbnail_height_width_ratio REAL, direct_path TEXT, first_scan_sidecar BLOB,
  first_scan_length INTEGER, message_url TEXT, mime_type TEXT, file_length INTEGER, media_name TEXT, file_hash
  TEXT, media_duration INTEGER, page_count INTEGER, enc_file_hash TEXT, partial_media_hash TEXT,
  partial_media_enc_hash TEXT, is_animated_sticker INTEGER, original_file_hash TEXT, mute_video INTEGER DEFAULT
  0, media_caption TEXT
);
CREATE INDEX message_media_chat_index ON message_media(chat_row_id);
CREATE INDEX message_media_hash_index ON message_media(file_hash);
CREATE INDEX message_media_original_file_hash_index ON message_media(original_file_hash);
CREATE TABLE message_thumbnail (
  message_row_id INTEGER PRIMARY KEY, thumbnail BLOB
);
CREATE TABLE message_quoted (
  message_row_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, parent_message_chat_row_id
  INTEGER NOT NULL, from_me INTEGER NOT NULL, sender_jid_row_id INTEGER, key_id TEXT NOT NULL, timestamp
  INTEGER, message_type INTEGER, origin INTEGER, text_data TEXT, payment_transaction_id TEXT, lookup_tables
  INTEGER
);
CREATE TABLE message_revoked (
  message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT NOT NULL
);
CREATE TABLE message_system (
  message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL
);
CREATE TABLE message_system_chat_participant (
  message_row_id INTEGER, user_jid_row_id INTEGER
);
CREATE INDEX message_system_chat_participant_index ON message_system_chat_participant (message_row_id);
CREATE TABLE message_system_group (
  message_row_id INTEGER PRIMARY KEY, is_me_joined INTEGER
);
CREATE TABLE message_system_value_change (
  message_row_id INTEGER PRIMARY KEY, old_data TEXT
);
CREATE TABLE message_system_number_change (
  message_row_id INTEGER PRIMARY KEY, old_jid_row_id INTEGER, new_jid_row_id INTEGER
);
CREATE TABLE message_system_photo_change (
  message_row_id INTEGER PRIMARY KEY, new_photo_id TEXT, old_photo BLOB, new_photo BLOB
);
CREATE TABLE message_forwarded (
  message_row_id INTEGER PRIMARY KEY, forward_score INTEGER
);
CREATE TABLE message_mentions (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, jid_row_id INTEGER, display_name STRING
);
CREATE UNIQUE INDEX mentions_index on message_mentions (message_row_id, jid_row_id);
CREATE TABLE message_link (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER, message_row_id INTEGER, link_index INTEGER
);
CREATE UNIQUE INDEX message_link_index ON message_link (message_row_id, link_index);
CREATE TABLE message_ephemeral (
  message_row_id INTEGER PRIMARY KEY, duration INTEGER NOT NULL, expire_timestamp INTEGER NOT NULL
);
CREATE INDEX message_ephemeral_expire_timestamp_index on message_ephemeral(expire_timestamp);
CREATE TABLE message_view_once_media (
  message_row_id INTEGER PRIMARY KEY, state INTEGER NOT NULL
);
CREATE INDEX message_view_once_media_state_index ON message_view_once_media (state);
CREATE TABLE message_location (
  message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, latitude REAL, longitude REAL, place_name TEXT,
  place_address TEXT, url TEXT, live_location_share_duration INTEGER, live_location_sequence_number INTEGER,
  live_location_final_latitude REAL, live_location_final_longitude REAL, live_location_final_timestamp INTEGER,
  map_download_status INTEGER
);
CREATE TABLE message_vcard (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, vcard TEXT
);
CREATE UNIQUE INDEX message_vcard_index on message_vcard (message_row_id, vcard);
CREATE TABLE group_participant_user (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, group_jid_row_id INTEGER NOT NULL, user_jid_row_id INTEGER NOT NULL,
  rank INTEGER, pending INTEGER, add_timestamp INTEGER
);
CREATE UNIQUE INDEX group_participant_user_index on group_participant_user (group_jid_row_id, user_jid_row_id);
CREATE TABLE group_participant_device (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, group_participant_row_id INTEGER NOT NULL, device_jid_row_id INTEGER
  NOT NULL, sent_sender_key INTEGER, sent_add_on_sender_key INTEGER
);
CREATE UNIQUE INDEX group_participant_device_index on group_participant_device (group_participant_row_id, device_jid_row_id);
CREATE TABLE receipt_user (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER NOT NULL, receipt_user_jid_row_id INTEGER NOT
  NULL, receipt_timestamp INTEGER, read_timestamp INTEGER, played_timestamp INTEGER
);
CREATE UNIQUE INDEX receipt_user_index on receipt_user(message_row_id,receipt_user_jid_row_id);
CREATE TABLE receipt_device (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER NOT NULL, receipt_device_jid_row_id INTEGER NOT
  NULL, receipt_device_timestamp INTEGER, primary_device_version INTEGER
);
CREATE UNIQUE INDEX receipt_device_index on receipt_device (message_row_id, receipt_device_jid_row_id);
CREATE INDEX receipt_device_table_device_index on receipt_device (receipt_device_jid_row_id);
CREATE TABLE receipt_orphaned (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, key_id TEXT NOT
  NULL, receipt_device_jid_row_id INTEGER NOT NULL, receipt_recipient_jid_row_id INTEGER, status INTEGER,
  timestamp INTEGER
);
CREATE UNIQUE INDEX receipt_orphaned_index on receipt_orphaned (chat_row_id, from_me, key_id, receipt_device_jid_row_id, receipt_recipient_jid_row_id, status);
CREATE TABLE user_device (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, user_jid_row_id INTEGER, device_jid_row_id INTEGER, key_index INTEGER
  NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX user_device_index on user_device (user_jid_row_id, device_jid_row_id);
CREATE TABLE user_device_info (
  user_jid_row_id INTEGER PRIMARY KEY, raw_id INTEGER NOT NULL, timestamp INTEGER NOT NULL, expected_timestamp
  INTEGER, expected_ts_last_device_job_ts INTEGER, expected_timestamp_update_ts INTEGER, account_encryption_type
  INTEGER
);
CREATE INDEX user_device_info_account_type_index ON user_device_info (account_encryption_type);
CREATE UNIQUE INDEX user_device_info_index ON user_device_info (user_jid_row_id);
CREATE TABLE media_refs (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT, ref_count INTEGER
);
CREATE TABLE deleted_chat_job (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, block_size INTEGER,
  deleted_message_row_id INTEGER, deleted_starred_message_row_id INTEGER, deleted_messages_remove_files BOOLEAN,
  deleted_categories_message_row_id INTEGER, deleted_categories_starred_message_row_id INTEGER,
  deleted_categories_remove_files BOOLEAN, deleted_message_categories TEXT, singular_message_delete_rows_id
  TEXT, delete_files_singular_delete BOOLEAN
);
CREATE INDEX deleted_chat_job_index ON deleted_chat_job (chat_row_id, _id);
CREATE TABLE audio_data (
  message_row_id INTEGER PRIMARY KEY, waveform BLOB, background_color INTEGER NOT NULL DEFAULT 0,
  transcription_status INTEGER, transcription_locale INTEGER, transcription_confidence_threshold INTEGER
);
CREATE TABLE message_add_on (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER, from_me INTEGER, key_id TEXT NOT NULL,
  sender_jid_row_id INTEGER, parent_message_row_id INTEGER, timestamp INTEGER, status INTEGER,
  message_add_on_type INTEGER, received_timestamp INTEGER
);
CREATE INDEX message_add_on_chat_status_index on message_add_on (chat_row_id, status);
CREATE UNIQUE INDEX message_add_on_key_index on message_add_on (chat_row_id, from_me, key_id, sender_jid_row_id);
CREATE INDEX message_add_on_parent_message_row_id_index on message_add_on (parent_message_row_id);
CREATE INDEX message_add_on_status_index on message_add_on (status);
CREATE TABLE message_add_on_reaction (
  message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER
);
