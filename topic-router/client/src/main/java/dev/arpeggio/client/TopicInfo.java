package dev.arpeggio.client;

/**
 * A topic.
 *
 * @param topic its name
 * @param settings its configuration
 */
public record TopicInfo(String topic, TopicSettings settings) {}
