package io.longhaul.codec;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes bytes of what nodes say to one another, and back: CBOR in the form of {@link JobTypes}, each kind under a name
 * of its own. Nodes of two versions talk while a cluster is upgraded, so names and identifiers never change: a member
 * that is not known is passed over, one that is missing is null, and a kind that is not known is as good as lost.
 */
public abstract class MessageSerializer extends SerializerWithStringManifest {
    private final int identifier;
    private final Map<String, Class<?>> kinds;
    private final Map<Class<?>, String> names;
    private final ObjectMapper cbor;

    /**
     * @param identifier of this serializer in every message, never used for another one
     * @param kinds what is sent, by its name
     */
    protected MessageSerializer(ExtendedActorSystem system, int identifier, Map<String, Class<?>> kinds) {
        this.identifier = identifier;
        this.kinds = kinds;
        this.names = kinds.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        this.cbor = JobTypes.CBOR.copy().registerModule(actorRefs(system));
    }

    /** Gives the members of a sealed type their names, where a message holds one of them. */
    protected final <T> void name(Class<T> type, Map<String, Class<? extends T>> members) {
        cbor.addMixIn(type, Named.class);
        members.forEach((name, member) -> cbor.registerSubtypes(new NamedType(member, name)));
    }

    @Override
    public final int identifier() {
        return identifier;
    }

    @Override
    public final String manifest(Object message) {
        String name = names.get(message.getClass());
        if (name == null) throw new IllegalArgumentException("Not for another node: " + message.getClass());
        return name;
    }

    @Override
    public final byte[] toBinary(Object message) {
        try {
            return cbor.writeValueAsBytes(message);
        } catch (JsonProcessingException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    @Override
    public final Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        Class<?> kind = kinds.get(manifest);
        if (kind == null) throw new NotSerializableException("Unknown to this version: " + manifest);
        try {
            return cbor.readValue(bytes, kind);
        } catch (IOException damaged) {
            var unreadable = new NotSerializableException(manifest + ": " + damaged.getMessage());
            unreadable.initCause(damaged);
            throw unreadable;
        }
    }

    /** Who is to be answered, as a text that every node of the cluster understands. */
    private static SimpleModule actorRefs(ExtendedActorSystem system) {
        ActorRefResolver resolver = ActorRefResolver.get(Adapter.toTyped(system));
        return new SimpleModule("longhaul-actor-refs")
                .addSerializer(new RefWriter(resolver))
                .addDeserializer(ActorRef.class, new RefReader(resolver));
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Named {}

    @SuppressWarnings({"rawtypes", "serial"}) // Jackson knows no ActorRef<T>, and nobody serializes its serializers
    private static final class RefWriter extends StdSerializer<ActorRef> {
        @Serial
        private static final long serialVersionUID = 1;

        private final ActorRefResolver resolver;

        RefWriter(ActorRefResolver resolver) {
            super(ActorRef.class);
            this.resolver = resolver;
        }

        @Override
        public void serialize(ActorRef ref, JsonGenerator to, SerializerProvider context) throws IOException {
            to.writeString(resolver.toSerializationFormat((ActorRef<?>) ref));
        }
    }

    @SuppressWarnings({"rawtypes", "serial"}) // as above
    private static final class RefReader extends StdDeserializer<ActorRef> {
        @Serial
        private static final long serialVersionUID = 1;

        private final ActorRefResolver resolver;

        RefReader(ActorRefResolver resolver) {
            super(ActorRef.class);
            this.resolver = resolver;
        }

        @Override
        public ActorRef deserialize(JsonParser from, DeserializationContext context) throws IOException {
            return resolver.resolveActorRef(from.getText());
        }
    }
}
