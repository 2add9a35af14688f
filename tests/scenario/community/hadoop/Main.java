/* SPDX-License-Identifier: Apache-2.0
 *
 * HDFS and YARN with one node each, in a folder; writes what a client needs to know into FOLDER/conf, says READY, and
 * ends with its standard input.
 *
 *	java -cp CLASSES:LIB/* Main FOLDER
 */
import java.io.File;
import java.io.FileOutputStream;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

public class Main {
	public static void main(String[] args) {
		try {
			run(new File(args[0]).getAbsoluteFile());
		} catch (Throwable failure) { /* its other threads would keep the process */
			failure.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}

	private static void write(Configuration settings, File folder, String name) throws Exception {
		try (OutputStream out = new FileOutputStream(new File(folder, name))) {
			settings.writeXml(out);
		}
	}

	private static void run(File folder) throws Exception {
		Configuration settings = new YarnConfiguration();
		File conf = new File(folder, "conf");

		System.setProperty("test.build.dir", folder.getPath());
		System.setProperty("test.build.data", folder.getPath());
		settings.set("hdfs.minidfs.basedir", new File(folder, "dfs").getPath());
		settings.setBoolean("yarn.minicluster.fixed.ports", false);
		settings.set("yarn.nodemanager.disk-health-checker.enable", "false");
		settings.set("yarn.nodemanager.vmem-check-enabled", "false");
		settings.set("yarn.nodemanager.pmem-check-enabled", "false");
		settings.set("yarn.scheduler.minimum-allocation-mb", "64");
		settings.set("yarn.nodemanager.delete.debug-delay-sec", "600");
		settings.set("yarn.application.classpath", conf + "," + System.getProperty("java.class.path").replace(':', ','));

		MiniDFSCluster files = new MiniDFSCluster.Builder(settings).numDataNodes(1).format(true).build();
		files.waitActive();
		settings.set("fs.defaultFS", files.getURI().toString());
		MiniYARNCluster yarn = new MiniYARNCluster("mini", 1, 1, 1);
		yarn.init(settings);
		yarn.start();
		conf.mkdirs();
		write(yarn.getConfig(), conf, "core-site.xml");
		write(yarn.getConfig(), conf, "yarn-site.xml");
		System.out.println("READY " + yarn.getConfig().get("yarn.resourcemanager.webapp.address"));
		System.out.flush();
		while (System.in.read() >= 0) {
		}
		Runtime.getRuntime().halt(0);
	}
}
