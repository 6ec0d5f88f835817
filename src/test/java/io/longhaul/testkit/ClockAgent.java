package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Runs in a node's process, before the program, and adds to what the program, its libraries and the JDK read from the wall
 * clock: to every {@code System.currentTimeMillis()}, and to what {@code Instant.now()} and {@code Clock.systemUTC()} make
 * of the nanoseconds. {@code System.nanoTime()} stays as it is. {@link ShiftedClock} packs it.
 */
public final class ClockAgent {
    /** A system property, since that is what every class of the JDK can read. */
    private static final String SHIFT_SECONDS = "clock-agent.shift-seconds";

    private static final long LOOKS_EVERY_MILLIS = 50;
    private static final String CLOCK = "java/time/Clock";

    private ClockAgent() {}

    /** Follows the seconds that stand in the file of that name. */
    public static void premain(String file, Instrumentation instrumentation) throws UnmodifiableClassException {
        Path path = Path.of(file);
        shift(path);
        instrumentation.addTransformer(new Shifting(), true);
        // Of what is loaded by now only these look at the clock
        instrumentation.retransformClasses(Arrays.stream(instrumentation.getAllLoadedClasses())
                .filter(loaded -> loaded.getName().startsWith(Clock.class.getName()) || loaded == Date.class)
                .toArray(Class<?>[]::new));
        ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("clock-agent").factory());
        var unusedEnd = looks.scheduleWithFixedDelay( // of the process
                () -> shift(path), LOOKS_EVERY_MILLIS, LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void shift(Path file) {
        try {
            System.setProperty(SHIFT_SECONDS, Files.readString(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static final class Shifting implements ClassFileTransformer {
        @Override
        public byte[] transform(
                ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain, byte[] classFile) {
            boolean reads = new String(classFile, StandardCharsets.ISO_8859_1).contains("currentTimeMillis");
            if (!reads && !CLOCK.equals(name)) return null;
            ClassReader reader = new ClassReader(classFile);
            ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
            reader.accept(new ShiftedClass(writer, CLOCK.equals(name)), 0);
            return writer.toByteArray();
        }
    }

    private static final class ShiftedClass extends ClassVisitor {
        private final boolean isClock;

        ShiftedClass(ClassVisitor to, boolean isClock) {
            super(Opcodes.ASM9, to);
            this.isClock = isClock;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new ShiftedMethod(
                    super.visitMethod(access, name, descriptor, signature, exceptions),
                    isClock && name.equals("currentInstant"));
        }
    }

    private static final class ShiftedMethod extends MethodVisitor {
        private final boolean returnsNow;

        ShiftedMethod(MethodVisitor to, boolean returnsNow) {
            super(Opcodes.ASM9, to);
            this.returnsNow = returnsNow;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
            if (!owner.equals("java/lang/System") || !name.equals("currentTimeMillis")) return;
            pushSeconds();
            super.visitLdcInsn(TimeUnit.SECONDS.toMillis(1));
            super.visitInsn(Opcodes.LMUL);
            super.visitInsn(Opcodes.LADD);
        }

        @Override
        public void visitInsn(int opcode) {
            if (returnsNow && opcode == Opcodes.ARETURN) {
                pushSeconds();
                super.visitMethodInsn(
                        Opcodes.INVOKEVIRTUAL, "java/time/Instant", "plusSeconds", "(J)Ljava/time/Instant;", false);
            }
            super.visitInsn(opcode);
        }

        private void pushSeconds() {
            super.visitLdcInsn(SHIFT_SECONDS);
            super.visitInsn(Opcodes.LCONST_0);
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC, "java/lang/Long", "getLong", "(Ljava/lang/String;J)Ljava/lang/Long;", false);
            super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Long", "longValue", "()J", false);
        }
    }
}
