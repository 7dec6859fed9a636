#!/usr/bin/env python3
"""A Kafka cluster within librdkafka: prints the addresses of its brokers, and lives until its standard input ends.

It keeps 5 MB of each partition, in memory; who wants more reads meanwhile. It makes topics when they are asked for, with four partitions.
"""
import sys

from confluent_kafka import Producer

cluster = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": sys.argv[1] if len(sys.argv) > 1 else "3"}, logger=None)
brokers = cluster.list_topics(timeout=10).brokers.values()
print(",".join(f"{broker.host}:{broker.port}" for broker in brokers), flush=True)
sys.stdin.read()
