/** The model of ZooKeeper, by itself and beside a real server. */
@NullMarked
package dev.arpeggio.simulator.zookeeper;

import org.jspecify.annotations.NullMarked;
