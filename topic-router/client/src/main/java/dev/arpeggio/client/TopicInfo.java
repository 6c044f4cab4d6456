package dev.arpeggio.client;

/**
 * A topic.
 *
 * @param topic its name
 * @param options its configuration, with defaults filled in
 */
public record TopicInfo(String topic, TopicOptions options) {}
