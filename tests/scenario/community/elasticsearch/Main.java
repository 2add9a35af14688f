/* SPDX-License-Identifier: Apache-2.0
 *
 * One node of Elasticsearch in a folder, on a port; says READY, and ends with its standard input.
 *
 *	java -cp CLASSES:LIB/* Main FOLDER HTTP_PORT TRANSPORT_PORT
 */
import static org.codelibs.elasticsearch.runner.ElasticsearchClusterRunner.newConfigs;

import org.codelibs.elasticsearch.runner.ElasticsearchClusterRunner;

public class Main {
	public static void main(String[] args) {
		try {
			ElasticsearchClusterRunner runner = new ElasticsearchClusterRunner();

			runner.onBuild((number, settings) -> {
				settings.put("http.port", args[1]);
				settings.put("transport.port", args[2]);
				settings.put("network.host", "127.0.0.1");
				settings.put("discovery.type", "single-node");
				settings.putList("discovery.seed_hosts");
				settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
				settings.remove("cluster.initial_master_nodes");
			}).build(newConfigs().basePath(args[0]).clusterName("test").numOfNode(1).disableESLogger());
			runner.ensureYellow();
			System.out.println("READY");
			System.out.flush();
			while (System.in.read() >= 0) {
			}
			runner.close();
			Runtime.getRuntime().halt(0);
		} catch (Throwable failure) { /* its other threads would keep the process */
			failure.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}
}
