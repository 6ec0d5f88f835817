package io.longhaul.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.longhaul.codec.JobTypes;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The way of a message from one node to another, as the shipped configuration has it. */
public final class Wire implements AutoCloseable {
    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "wire",
            ConfigFactory.parseString("akka.actor.provider = local, akka.coordinated-shutdown.exit-jvm = off")
                    .withFallback(ConfigFactory.load()));

    private final Serialization serialization = SerializationExtension.get(Adapter.toClassic(system));

    public ExtendedActorSystem system() {
        return (ExtendedActorSystem) Adapter.toClassic(system);
    }

    public Serialization serialization() {
        return serialization;
    }

    /**
     * What arrives of it; fails where it arrives under another name, or as something else when the sender is of a newer
     * version, which has added a member.
     */
    public Object carry(Object message, String name) {
        var serializer = serialization.findSerializerFor(message);
        assertEquals(name, Serializers.manifestFor(serializer, message));
        byte[] bytes = serialization.serialize(message).get();
        Object arrived =
                serialization.deserialize(bytes, serializer.identifier(), name).get();
        assertEquals(
                arrived,
                serialization
                        .deserialize(ofANewerVersion(bytes), serializer.identifier(), name)
                        .get());
        return arrived;
    }

    private static byte[] ofANewerVersion(byte[] bytes) {
        try {
            ObjectNode tree = (ObjectNode) JobTypes.CBOR.readTree(bytes);
            tree.putObject("addedLater").put("x", 1);
            return JobTypes.CBOR.writeValueAsBytes(tree);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        system.terminate();
    }
}
