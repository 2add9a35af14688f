# SPDX-License-Identifier: Apache-2.0
"""A provider for MLflow's AI gateway that answers a chat with what was asked."""
import time

from mlflow.gateway.base_models import ConfigModel
from mlflow.gateway.providers.base import BaseProvider
from mlflow.gateway.schemas import chat


class EchoConfig(ConfigModel):
    prefix: str = ""


class EchoProvider(BaseProvider):
    DISPLAY_NAME = "echo"
    SUPPORTED_ROUTE_TYPES = ("llm/v1/chat",)
    CONFIG_TYPE = EchoConfig

    async def _chat(self, payload):
        message = chat.ResponseMessage(role="assistant", content=self.config.model.config.prefix + str(payload.messages[-1].content))
        return chat.ResponsePayload(id="echo", created=int(time.time()), model="echo", usage=chat.ChatUsage(),
                                    choices=[chat.Choice(index=0, message=message, finish_reason="stop")])
